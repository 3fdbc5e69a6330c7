#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/fd.h"

// Programs of the user's own that are run at certain moments: executable files in one directory,
// each named after its moment.

namespace roar::hooks {

// The names that there are, sorted. A file of another name in the directory is no hook.
std::span<const std::string_view> user_hook_names() noexcept;

// The program; nullopt if the directory has none of this name that may be executed.
std::optional<std::string> find_user_hook(const std::string& directory, std::string_view name);

struct UserHookCall {
  std::string program;
  std::vector<std::string> arguments;  // after the program's name
  Fd input;                            // its standard input; none: /dev/null
  std::string directory;               // where it runs
  std::vector<std::pair<std::string, std::optional<std::string>>>
      variables;  // set, or taken away, beside our own
  std::chrono::milliseconds time_limit{};
};

struct UserHookEnd {
  int status = 0;          // exit status; 128 + the signal's number for a death by signal
  bool timed_out = false;  // and was killed, with all that it had started
};

// Runs it to its end. What it prints goes to our standard error. It inherits no descriptor but
// these three, no blocked or ignored signal, and what it leaves running in the background is not
// waited for. Throws Errc::Io if it cannot be started.
UserHookEnd run_user_hook(UserHookCall call);

// A descriptor to read `text` from.
Fd readable_text(std::string_view text);

}  // namespace roar::hooks
