#include "objects/base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string_view>

#include "objects/base/error.h"
#include "objects/base/fd.h"

namespace roar {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  Fd reader;
  Fd writer;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno(errno, "make", "pipe");
  return {.reader = Fd(ends[0]), .writer = Fd(ends[1])};
}

// This process's environment with some variables replaced; `storage` owns the new strings.
std::vector<char*> environment_with(const SubprocessVariables& variables,
                                    std::vector<std::string>& storage) {
  for (const auto& [name, value] : variables) {
    if (value) storage.push_back(name + "=" + *value);
  }
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    bool replaced = false;
    for (const auto& [name, value] : variables) {
      replaced = replaced || text.starts_with(name + "=");
    }
    if (!replaced) environment.push_back(*entry);
  }
  for (std::string& text : storage) environment.push_back(text.data());
  environment.push_back(nullptr);
  return environment;
}

// Appends what there is to read; returns false at the end of the stream.
bool drain(const Fd& reader, std::string& into) {
  std::array<char, 65'536> buffer;
  const ssize_t count = ::read(reader.get(), buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  into.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

// How long poll(2) may wait: -1 without a limit.
int milliseconds_left(std::optional<Clock::time_point> deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

SubprocessEnd collect(Pipe& out, Pipe& err, const SubprocessLimits& limits,
                      SubprocessResult& result) {
  out.writer.reset();
  err.writer.reset();
  std::optional<Clock::time_point> deadline;
  if (limits.time) deadline = Clock::now() + *limits.time;
  while (out.reader || err.reader) {
    std::array<pollfd, 2> waiting{pollfd{out.reader ? out.reader.get() : -1, POLLIN, 0},
                                  pollfd{err.reader ? err.reader.get() : -1, POLLIN, 0}};
    const int ready = ::poll(waiting.data(), waiting.size(), milliseconds_left(deadline));
    if (ready < 0 && errno != EINTR) throw_errno(errno, "wait for", "output");
    if (deadline && Clock::now() >= *deadline) return SubprocessEnd::TimeLimit;
    if (ready <= 0) continue;
    if (waiting[0].revents != 0 && !drain(out.reader, result.output)) out.reader.reset();
    if (waiting[1].revents != 0 && !drain(err.reader, result.errors)) err.reader.reset();
    if (limits.output && result.output.size() > *limits.output) return SubprocessEnd::OutputLimit;
  }
  return SubprocessEnd::Itself;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) throw_errno(errno, "wait for", "process");
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

SubprocessResult run_subprocess(const std::vector<std::string>& argv,
                                const SubprocessVariables& variables, const std::string& directory,
                                const SubprocessLimits& limits) {
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.writer.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.writer.get(), 2);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());

  std::vector<std::string> storage;
  std::vector<char*> environment = environment_with(variables, storage);
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  pid_t pid = 0;
  const int error =
      ::posix_spawnp(&pid, pointers[0], &actions, nullptr, pointers.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  SubprocessResult result;
  if (error == ENOENT) {
    result.status = 127;
    return result;
  }
  if (error != 0) throw_errno(error, "run", argv.front());
  result.end = collect(out, err, limits, result);
  if (result.end != SubprocessEnd::Itself) ::kill(pid, SIGKILL);
  result.status = wait_for(pid);
  return result;
}

}  // namespace roar
