#include "porcelain/global_options.h"

#include <unistd.h>

#include <cerrno>
#include <string>

#include "objects/base/error.h"
#include "plumbing/options.h"
#include "plumbing/version.h"
#include "porcelain/commands.h"

namespace roar::porcelain {

Arguments take_global_options(Arguments arguments, GlobalOptions& options) {
  while (!arguments.empty() && arguments.front().starts_with('-')) {
    const std::string_view option = arguments.front();
    arguments = arguments.subspan(1);
    if (option == "-h" || option == "--help") throw HelpRequest{command_overview()};
    if (option == "--version") throw HelpRequest{"roar " + std::string(plumbing::version())};
    if (option == "--no-pager") {
      options.pager = false;
    } else if (option == "--no-input") {
      options.input = false;
    } else if (option == "-C") {
      if (arguments.empty()) throw Error(Errc::Usage, "option '-C' needs a directory");
      options.directories.push_back(arguments.front());
      arguments = arguments.subspan(1);
    } else {
      throw Error(Errc::Usage, "unknown option '" + std::string(option) + "'; see 'roar --help'");
    }
  }
  return arguments;
}

void enter(const std::vector<std::string_view>& directories) {
  for (const std::string_view directory : directories) {
    if (directory.empty()) continue;
    const std::string name(directory);
    if (::chdir(name.c_str()) != 0) throw_errno(errno, "change to", name);
  }
}

}  // namespace roar::porcelain
