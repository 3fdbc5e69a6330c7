#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hooks/user_hook.h"
#include "plumbing/config.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

struct HookSettings {
  std::string directory;  // absolute
  std::chrono::milliseconds time_limit{};
};
// core.hooks_path and core.hooks_timeout.
HookSettings hook_settings(const Workspace& workspace, const Config& config);

// The project's hooks. Where there is no directory of them, or where a hook has started us, there
// are none, and asking costs nothing after the first time. A hook runs at the project's root, with
// ROAR_DIR for it and ROAR_HOOK with its name, and without the variables that hold secrets. Keep no
// transaction of the store open meanwhile.
class UserHooks {
 public:
  UserHooks(const Workspace& workspace, HookSettings settings);
  // With the settings of the project, which are read if there may be a hook.
  explicit UserHooks(const Workspace& workspace);

  bool has(std::string_view name) const;
  std::vector<std::string> names() const;  // sorted

  // Nullopt if there is no such hook or it agreed, else why not: it ended with another status than
  // 0, or took too long, or could not be run.
  // `variables` are set besides.
  using Variables = std::vector<std::pair<std::string, std::string>>;
  std::optional<std::string> refusal(std::string_view name, std::vector<std::string> arguments,
                                     std::string_view input, const Variables& variables = {}) const;

  // Runs a hook that is there, and returns its exit status. Throws Errc::Io if it cannot be run or
  // takes too long.
  int run(std::string_view name, std::vector<std::string> arguments, Fd input,
          const Variables& variables = {}) const;

 private:
  const Workspace* workspace_;
  HookSettings settings_;
  bool enabled_ = false;
};

}  // namespace roar::plumbing
