#include "porcelain/pager.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/variable.h"
#include "plumbing/config.h"
#include "plumbing/workspace.h"

namespace roar::porcelain {
namespace {

std::string configured_pager() {
  try {
    const auto workspace = plumbing::find_workspace();
    const auto root = workspace ? workspace->root : std::filesystem::path();
    return plumbing::load_config(root).string("output.pager");
  } catch (const Error&) {
    return {};
  }
}

// Our environment, and what less and lv need to show colours.
std::vector<std::string> pager_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  if (environment_variable("LESS") == nullptr) variables.emplace_back("LESS=FRX");
  if (environment_variable("LV") == nullptr) variables.emplace_back("LV=-c");
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct Pipe {
  Fd reader;
  Fd writer;
};

std::optional<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

// Nullopt if there is no shell to start it.
std::optional<pid_t> start(const std::string& pager, const Fd& input) {
  std::vector<std::string> words{"sh", "-c", pager};
  std::vector<std::string> variables = pager_environment();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
  // Onto itself: to stay open where it was closed for us, and is close-on-exec.
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDERR_FILENO);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, "sh", &actions, nullptr, pointers_to(words).data(),
                                   pointers_to(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return std::nullopt;
  return pid;
}

// While it lives, the terminal's signals do nothing to this process, and a pager that has ended is
// an error of write(2).
class SignalsIgnored {
 public:
  SignalsIgnored() noexcept {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals.at(i), &ignore, &before_.at(i));
    }
  }
  ~SignalsIgnored() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      ::sigaction(kSignals.at(i), &before_.at(i), nullptr);
    }
  }
  SignalsIgnored(const SignalsIgnored&) = delete;
  SignalsIgnored& operator=(const SignalsIgnored&) = delete;

 private:
  static constexpr std::array kSignals{SIGINT, SIGQUIT, SIGPIPE};
  std::array<struct sigaction, kSignals.size()> before_{};
};

void feed(std::string_view text, const Fd& pipe) {
  while (!text.empty()) {
    const ssize_t written = ::write(pipe.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the user has seen enough
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Whether the shell found the pager.
bool wait_for(pid_t pid) {
  constexpr int kNotExecutable = 126;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return true;
  }
  return !WIFEXITED(status) || WEXITSTATUS(status) < kNotExecutable;
}

}  // namespace

std::string pager_command() {
  std::string command = "less";
  if (const char* own = environment_variable("ROAR_PAGER"); own != nullptr) {
    command = own;
  } else if (std::string configured = configured_pager(); !configured.empty()) {
    command = std::move(configured);
  } else if (const char* common = environment_variable("PAGER"); common != nullptr) {
    command = common;
  }
  return command == "cat" ? std::string() : command;
}

void page(const std::string& text, const std::string& pager, std::ostream& out) {
  auto pipe = make_pipe();
  const auto pid = pipe ? start(pager, pipe->reader) : std::nullopt;
  if (!pid) {
    out << text;
    return;
  }
  const SignalsIgnored guard;
  pipe->reader.reset();
  feed(text, pipe->writer);
  pipe->writer.reset();
  if (!wait_for(*pid)) out << text;
}

}  // namespace roar::porcelain
