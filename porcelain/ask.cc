#include "porcelain/ask.h"

#include <unistd.h>

#include <istream>
#include <ostream>
#include <string>

#include "objects/base/error.h"

namespace roar::porcelain {

Answer ask(Context& context, std::string_view question, Answer otherwise, std::string_view option) {
  if (!context.input || ::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) {
    throw Error(Errc::Conflict, "nobody can be asked: \"" + std::string(question) +
                                    "\"\nhint: " + std::string(option) + " says yes");
  }
  for (;;) {
    context.err << question << (otherwise == Answer::Yes ? " [Y/n] " : " [y/N] ") << std::flush;
    std::string line;
    if (!std::getline(context.in, line)) {
      context.err << '\n';
      return Answer::No;
    }
    if (line.empty()) return otherwise;
    if (line == "y" || line == "Y" || line == "yes") return Answer::Yes;
    if (line == "n" || line == "N" || line == "no") return Answer::No;
  }
}

}  // namespace roar::porcelain
