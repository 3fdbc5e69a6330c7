#include "hooks/user_hook.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "hooks/hook_processes.h"
#include "objects/base/error.h"

namespace roar::hooks {
namespace {

constexpr std::array<std::string_view, 4> kNames{"post-record", "pre-push", "pre-record",
                                                 "reference-transaction"};
static_assert(std::ranges::is_sorted(kNames));

using Clock = std::chrono::steady_clock;

// The environment with the variables replaced; `storage` owns the new strings.
std::vector<char*> environment_of(const UserHookCall& call, std::vector<std::string>& storage) {
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto is_it = [&](const auto& variable) {
      return text.starts_with(variable.first) &&
             text.substr(variable.first.size()).starts_with('=');
    };
    if (std::ranges::none_of(call.variables, is_it)) environment.push_back(*entry);
  }
  for (const auto& [name, value] : call.variables)
    if (value) storage.push_back(name + "=" + *value);
  for (std::string& text : storage) environment.push_back(text.data());
  environment.push_back(nullptr);
  return environment;
}

// What a program is started with that we do not hand down.
class SpawnSettings {
 public:
  explicit SpawnSettings(const UserHookCall& call) {
    posix_spawn_file_actions_init(&actions_);
    if (call.input) {
      posix_spawn_file_actions_adddup2(&actions_, call.input.get(), 0);
    } else {
      posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    }
    posix_spawn_file_actions_adddup2(&actions_, 2, 1);
    // Onto itself: to stay open where it was closed for us, and is close-on-exec.
    posix_spawn_file_actions_adddup2(&actions_, 2, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions_, 3);
    posix_spawn_file_actions_addchdir_np(&actions_, call.directory.c_str());
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  const posix_spawn_file_actions_t* actions() const noexcept { return &actions_; }
  const posix_spawnattr_t* attributes() const noexcept { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

pid_t start(const UserHookCall& call) {
  std::vector<std::string> storage;
  const std::vector<char*> environment = environment_of(call, storage);
  std::vector<std::string> words{call.program};
  words.insert(words.end(), call.arguments.begin(), call.arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const SpawnSettings settings(call);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, call.program.c_str(), settings.actions(),
                                  settings.attributes(), pointers.data(), environment.data());
  if (error != 0) throw_errno(error, "run hook", call.program);
  return pid;
}

bool has_ended(pid_t pid, int& status) {
  pid_t ended = 0;
  while ((ended = ::waitpid(pid, &status, WNOHANG)) < 0) {
    if (errno != EINTR) throw_errno(errno, "wait for", "hook");
  }
  return ended == pid;
}

// Whether it ended in time. Where the kernel gives no descriptor for the process, it is looked at
// again and again.
bool wait_until(pid_t pid, Clock::time_point deadline, int& status) {
  constexpr int kGlance = 10;  // ms
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  while (!has_ended(pid, status)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    const int patience = static_cast<int>(std::min<std::int64_t>(left, 60'000));
    pollfd waiting{process.get(), POLLIN, 0};
    ::poll(&waiting, 1, process ? patience : std::min(patience, kGlance));
  }
  return true;
}

}  // namespace

std::span<const std::string_view> user_hook_names() noexcept {
  return kNames;
}

std::optional<std::string> find_user_hook(const std::string& directory, std::string_view name) {
  std::string program = directory + "/" + std::string(name);
  struct stat status {};
  if (::stat(program.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
      ::access(program.c_str(), X_OK) != 0)
    return std::nullopt;
  return program;
}

UserHookEnd run_user_hook(UserHookCall call) {
  const auto deadline = Clock::now() + call.time_limit;
  const HookProcesses processes;
  const pid_t pid = start(call);
  call.input.reset();
  UserHookEnd end;
  int status = 0;
  if (!wait_until(pid, deadline, status)) {
    end.timed_out = true;
    processes.kill();
    ::kill(pid, SIGKILL);  // where there is no /proc to look for the others
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
  }
  end.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return end;
}

Fd readable_text(std::string_view text) {
  Fd file(::memfd_create("roar-hook", MFD_CLOEXEC));
  if (!file) throw_errno(errno, "make", "a file in memory");
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno(errno, "write", "a file in memory");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

}  // namespace roar::hooks
