#include <istream>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "objects/json.h"
#include "plumbing/options.h"
#include "plumbing/project_variables.h"
#include "plumbing/quote.h"
#include "plumbing/redaction.h"
#include "porcelain/commands.h"

namespace roar::porcelain {
namespace {

int list(const Context& context, bool json) {
  plumbing::Redactor redactor(*context.workspace);
  json::Array entries;
  for (const auto& [name, value] : plumbing::project_variables(*context.workspace)) {
    const std::string shown = redactor.redact_variable(name, value);
    if (json) {
      entries.emplace_back(
          json::Object{{"name", name}, {"value", shown}, {"secret", shown != value}});
    } else {
      context.out << name << '=' << shown << '\n';
    }
  }
  if (json)
    context.out << json::encode(json::Object{{"version", 1}, {"variables", std::move(entries)}})
                << '\n';
  return 0;
}

int get(const Context& context, std::string_view wanted) {
  for (const auto& [name, value] : plumbing::project_variables(*context.workspace)) {
    if (name != wanted) continue;
    context.out << value << '\n';
    return 0;
  }
  context.err << "variable not set: " << wanted << '\n';
  return 1;
}

int set(const Context& context, std::string_view name, std::string_view value) {
  plumbing::set_project_variable(*context.workspace, name, value);
  context.err << "set " << name << '='
              << plumbing::Redactor(*context.workspace).redact_variable(name, value) << '\n';
  return 0;
}

// From standard input, so that a secret is in no list of processes and no history of a shell.
int set_from_input(const Context& context, std::string_view name) {
  std::string value;
  if (!std::getline(context.in, value)) {
    throw Error(Errc::Usage, "no value for '" + std::string(name) + "' on standard input");
  }
  return set(context, name, value);
}

int unset(const Context& context, std::string_view name) {
  if (plumbing::unset_project_variable(*context.workspace, name)) return 0;
  context.err << "variable not set: " << name << '\n';
  return 1;
}

}  // namespace

int cmd_env(Context& context, Arguments arguments) {
  bool json = false;
  Options options(
      "env list [--json]\n"
      "env get <name>\n"
      "env set <name> [<value>]\n"
      "env unset <name>");
  options.flag(0, "json", json, "print one JSON object");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  if (json && action != "list") throw options.usage_error("--json is for list");
  if (action == "list" && operands.size() == 1) return list(context, json);
  if (action == "get" && operands.size() == 2) return get(context, operands[1]);
  if (action == "set" && operands.size() == 2) return set_from_input(context, operands[1]);
  if (action == "set" && operands.size() == 3) return set(context, operands[1], operands[2]);
  if (action == "unset" && operands.size() == 2) return unset(context, operands[1]);
  throw options.usage_error("expected list, get, set or unset");
}

}  // namespace roar::porcelain
