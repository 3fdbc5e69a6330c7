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
#include <utility>

#include "objects/base/error.h"
#include "objects/base/variable.h"

namespace roar {
namespace {

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
int milliseconds_left(std::optional<std::chrono::steady_clock::time_point> deadline) {
  if (!deadline) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now())
          .count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) throw_errno(errno, "wait for", "process");
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// The first program of this name in PATH; empty if none can be had. A look at each place takes a
// fifth of an attempt to execute it, during which the caller stands still.
std::string program_in_path(const std::string& name) {
  const char* path = environment_variable("PATH");
  if (path == nullptr || name.find('/') != std::string::npos) return {};
  for (std::string_view left(path); !left.empty();) {
    const std::string_view directory = left.substr(0, left.find(':'));
    left.remove_prefix(std::min(left.size(), directory.size() + 1));
    std::string program = std::string(directory) + "/" + name;
    if (directory.starts_with('/') && ::access(program.c_str(), X_OK) == 0) return program;
  }
  return {};
}

// Returns 0 or an errno value.
int spawn(pid_t& pid, const posix_spawn_file_actions_t& actions, char* const* words,
          char* const* environment) {
  const std::string program = program_in_path(words[0]);
  if (!program.empty() &&
      ::posix_spawn(&pid, program.c_str(), &actions, nullptr, words, environment) == 0) {
    return 0;
  }
  return ::posix_spawnp(&pid, words[0], &actions, nullptr, words, environment);
}

}  // namespace

Subprocess::Subprocess(const std::vector<std::string>& argv, const SubprocessVariables& variables,
                       const std::string& directory, const SubprocessLimits& limits)
    : limits_(limits) {
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.writer.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.writer.get(), 2);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());

  std::vector<std::string> storage;
  const std::vector<char*> environment = environment_with(variables, storage);
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  if (limits_.time) deadline_ = Clock::now() + *limits_.time;
  const int error = spawn(pid_, actions, pointers.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return;
  if (error != 0) throw_errno(error, "run", argv.front());
  output_ = std::move(out.reader);
  errors_ = std::move(err.reader);
}

Subprocess::Subprocess(Subprocess&& other) noexcept
    : limits_(other.limits_),
      deadline_(other.deadline_),
      output_(std::move(other.output_)),
      errors_(std::move(other.errors_)),
      pid_(std::exchange(other.pid_, 0)) {}

Subprocess::~Subprocess() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

SubprocessEnd Subprocess::collect(SubprocessResult& result) {
  while (output_ || errors_) {
    std::array<pollfd, 2> waiting{pollfd{output_ ? output_.get() : -1, POLLIN, 0},
                                  pollfd{errors_ ? errors_.get() : -1, POLLIN, 0}};
    const int ready = ::poll(waiting.data(), waiting.size(), milliseconds_left(deadline_));
    if (ready < 0 && errno != EINTR) throw_errno(errno, "wait for", "output");
    if (ready > 0 && waiting[0].revents != 0 && !drain(output_, result.output)) output_.reset();
    if (ready > 0 && waiting[1].revents != 0 && !drain(errors_, result.errors)) errors_.reset();
    if (limits_.output && result.output.size() > *limits_.output) return SubprocessEnd::OutputLimit;
    if ((output_ || errors_) && deadline_ && Clock::now() >= *deadline_) {
      return SubprocessEnd::TimeLimit;
    }
  }
  return SubprocessEnd::Itself;
}

SubprocessResult Subprocess::finish() {
  SubprocessResult result;
  if (pid_ == 0) {
    result.status = 127;
    return result;
  }
  result.end = collect(result);
  if (result.end != SubprocessEnd::Itself) ::kill(pid_, SIGKILL);
  result.status = wait_for(std::exchange(pid_, 0));
  return result;
}

SubprocessResult run_subprocess(const std::vector<std::string>& argv,
                                const SubprocessVariables& variables, const std::string& directory,
                                const SubprocessLimits& limits) {
  return Subprocess(argv, variables, directory, limits).finish();
}

}  // namespace roar
