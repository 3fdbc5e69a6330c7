#include <ostream>
#include <string>

#include "objects/ref_name.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"

namespace roar::plumbing {
namespace {

// Without a slash at the front, and with one where there are several, as git collapses them.
std::string normalized(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c == '/' && (result.empty() || result.back() == '/')) continue;
    result += c;
  }
  return result;
}

}  // namespace

int cmd_check_ref_format(Context& context, Arguments arguments) {
  bool normalize = false;
  Options options("check-ref-format [--normalize] <name>");
  options.flag(0, "normalize", normalize,
               "take superfluous slashes away, and print the name if it is one");
  const auto operands = options.parse(arguments);
  if (operands.size() != 1) throw options.usage_error("give one name");
  const std::string name = normalize ? normalized(operands.front()) : std::string(operands.front());
  if (!is_ref_name(name)) return 1;
  if (normalize) context.out << name << '\n';
  return 0;
}

}  // namespace roar::plumbing
