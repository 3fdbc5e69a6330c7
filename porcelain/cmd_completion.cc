#include <ostream>
#include <string>

#include "plumbing/options.h"
#include "porcelain/commands.h"
#include "porcelain/completion_scripts.h"

namespace roar::porcelain {

int cmd_completion(Context& context, Arguments arguments) {
  const Options options("completion <shell>");
  const auto operands = options.parse(arguments);
  if (operands.size() != 1) throw options.usage_error("expected bash, fish or zsh");
  if (operands.front() == "bash") {
    context.out << bash_completion_script();
  } else if (operands.front() == "fish") {
    context.out << fish_completion_script();
  } else if (operands.front() == "zsh") {
    context.out << zsh_completion_script();
  } else {
    throw options.usage_error("no completion for '" + std::string(operands.front()) +
                              "'; there are bash, fish and zsh");
  }
  return 0;
}

}  // namespace roar::porcelain
