#include "hooks/hook_processes.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "objects/base/file.h"

namespace roar::hooks {
namespace {

std::optional<pid_t> number_in(std::string_view text) {
  pid_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc()) return std::nullopt;
  return number;
}

// From /proc/<pid>/stat: "<pid> (<name>) <state> <parent> ...". The name may have parentheses.
std::optional<pid_t> parent_of(pid_t pid) {
  const std::string stat = readable_content("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(')');
  constexpr std::size_t kState = 4;  // ") S "
  if (name_end == std::string::npos || stat.size() <= name_end + kState) return std::nullopt;
  return number_in(std::string_view(stat).substr(name_end + kState));
}

using Children = std::multimap<pid_t, pid_t>;

// All processes that we can see, by parent. Nothing where /proc is missing.
Children all_processes() {
  Children children;
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::optional<pid_t> pid = number_in(entry->path().filename().native());
    if (!pid) continue;
    if (const std::optional<pid_t> parent = parent_of(*pid)) children.emplace(*parent, *pid);
  }
  return children;
}

bool has_children() noexcept {
  siginfo_t unused{};
  return ::waitid(P_ALL, 0, &unused, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 || errno != ECHILD;
}

// Those below this process, without `others` and what is below them.
std::set<pid_t> descendants(const std::set<pid_t>& others) {
  const Children children = all_processes();
  std::set<pid_t> found;
  const auto add = [&](pid_t parent, auto& again) -> void {
    const auto [first, last] = children.equal_range(parent);
    for (auto child = first; child != last; ++child)
      if (!others.contains(child->second) && found.insert(child->second).second)
        again(child->second, again);
  };
  add(::getpid(), add);
  return found;
}

}  // namespace

HookProcesses::HookProcesses() {
  // Rarely so, and to look at all processes takes a while.
  const Children children = has_children() ? all_processes() : Children();
  const auto [first, last] = children.equal_range(::getpid());
  for (auto child = first; child != last; ++child) others_.insert(child->second);
  ::prctl(PR_GET_CHILD_SUBREAPER, &adopted_before_);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

HookProcesses::~HookProcesses() {
  ::prctl(PR_SET_CHILD_SUBREAPER, adopted_before_);
}

void HookProcesses::kill() const {
  // What was killed can start nothing more, but may have done so since it was looked at.
  std::set<pid_t> killed;
  for (bool again = true; again;) {
    again = false;
    for (const pid_t pid : descendants(others_)) {
      if (!killed.insert(pid).second) continue;
      ::kill(pid, SIGKILL);
      again = true;
    }
  }
}

}  // namespace roar::hooks
