#include "plumbing/user_hooks.h"

#include <unistd.h>

#include <utility>

#include "objects/base/error.h"
#include "objects/base/variable.h"
#include "plumbing/quantity.h"
#include "plumbing/redaction.h"

namespace roar::plumbing {
namespace {

constexpr const char* kRunning = "ROAR_HOOK";

using Changes = std::vector<std::pair<std::string, std::optional<std::string>>>;

// Which of our variables a hook does not get: those that a record would not show.
Changes withheld_variables(const Workspace& workspace) {
  Redactor redactor(workspace);
  Changes variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    const std::string_view name = text.substr(0, equals);
    const std::string_view value = text.substr(equals + 1);
    if (redactor.redact_variable(name, value) != value) variables.emplace_back(name, std::nullopt);
  }
  return variables;
}

}  // namespace

HookSettings hook_settings(const Workspace& workspace, const Config& config) {
  const std::string& path = config.string("core.hooks_path");
  return {.directory = (workspace.root / path).lexically_normal().string(),
          .time_limit = parse_duration(config.string("core.hooks_timeout")).value()};
}

UserHooks::UserHooks(const Workspace& workspace, HookSettings settings)
    : workspace_(&workspace), settings_(std::move(settings)) {
  enabled_ =
      environment_variable(kRunning) == nullptr && ::access(settings_.directory.c_str(), X_OK) == 0;
}

UserHooks::UserHooks(const Workspace& workspace) : workspace_(&workspace) {
  if (environment_variable(kRunning) != nullptr) return;
  *this = UserHooks(workspace, hook_settings(workspace, load_config(workspace.root)));
}

bool UserHooks::has(std::string_view name) const {
  return enabled_ && hooks::find_user_hook(settings_.directory, name).has_value();
}

std::vector<std::string> UserHooks::names() const {
  std::vector<std::string> names;
  for (const std::string_view name : hooks::user_hook_names())
    if (has(name)) names.emplace_back(name);
  return names;
}

int UserHooks::run(std::string_view name, std::vector<std::string> arguments, Fd input,
                   const Variables& variables) const {
  auto program = hooks::find_user_hook(settings_.directory, name);
  if (!enabled_ || !program)
    throw Error(Errc::NotFound, "there is no hook '" + std::string(name) + "'");
  hooks::UserHookCall call;
  call.program = *std::move(program);
  call.arguments = std::move(arguments);
  call.input = std::move(input);
  call.directory = workspace_->root.string();
  call.variables = withheld_variables(*workspace_);
  call.variables.emplace_back("ROAR_DIR", workspace_->root.string());
  call.variables.emplace_back(kRunning, std::string(name));
  for (const auto& [variable, value] : variables) call.variables.emplace_back(variable, value);
  call.time_limit = settings_.time_limit;
  const hooks::UserHookEnd end = hooks::run_user_hook(std::move(call));
  if (end.timed_out)
    throw Error(Errc::Io, "hook '" + std::string(name) + "' took longer than " +
                              std::to_string(settings_.time_limit.count()) +
                              " ms and was killed; see core.hooks_timeout in roar-config(5)");
  return end.status;
}

std::optional<std::string> UserHooks::refusal(std::string_view name,
                                              std::vector<std::string> arguments,
                                              std::string_view input,
                                              const Variables& variables) const {
  if (!has(name)) return std::nullopt;
  try {
    const int status = run(name, std::move(arguments), hooks::readable_text(input), variables);
    if (status == 0) return std::nullopt;
    return "hook '" + std::string(name) + "' ended with exit status " + std::to_string(status);
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace roar::plumbing
