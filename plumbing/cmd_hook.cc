#include <fcntl.h>

#include <cerrno>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "plumbing/commands.h"
#include "plumbing/labels/assignments.h"
#include "plumbing/labels/label_file.h"
#include "plumbing/options.h"
#include "plumbing/record_hooks.h"
#include "plumbing/user_hooks.h"

namespace roar::plumbing {
namespace {

Fd input_from(const std::string& file) {
  if (file.empty()) return {};
  Fd input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input) throw_errno(errno, "open", file);
  return input;
}

}  // namespace

int cmd_hook(Context& context, Arguments arguments) {
  bool ignore_missing = false;
  bool null = false;
  std::string file;
  Options options(
      "hook run [--ignore-missing] [--to-stdin <file>] <name> [-- <argument>...]\n"
      "hook list [-z]");
  options.flag(0, "ignore-missing", ignore_missing, "do nothing if there is no such hook")
      .value(0, "to-stdin", "file", file, "what the hook reads on its standard input")
      .flag('z', "null", null, "end names with NUL");
  const auto operands = options.parse(arguments);
  const std::string_view word = operands.empty() ? std::string_view() : operands.front();
  if (word == "list") {
    if (operands.size() != 1) throw options.usage_error("list takes no operands");
    const UserHooks hooks(*context.workspace);
    for (const std::string& name : hooks.names()) context.out << name << (null ? '\0' : '\n');
    return 0;
  }
  if (word != "run") throw options.usage_error("expected run or list");
  if (operands.size() < 2) throw options.usage_error("name a hook");
  const std::string name(operands[1]);
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos) {
    throw options.usage_error("'" + name + "' is no name of a hook");
  }
  const UserHooks hooks(*context.workspace);
  if (!hooks.has(name)) {
    if (ignore_missing) return 0;
    context.err << "error: there is no hook '" << name << "'\n";
    return 1;
  }
  Fd input = input_from(file);
  const std::vector<std::string> words(operands.begin() + 2, operands.end());
  if (name != "pre-record") return hooks.run(name, words, std::move(input));
  const LabelFile labels(*context.workspace);
  const int status = hooks.run(name, words, std::move(input), {{kLabelsVariable, labels.path()}});
  for (const auto& [key, value] : labels.labels())
    context.out << assignment_text(key, value) << '\n';
  return status;
}

}  // namespace roar::plumbing
