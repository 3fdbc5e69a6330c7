#include "plumbing/care/in_child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <optional>
#include <string>

#include "objects/base/error.h"
#include "objects/base/fd.h"

// A line begins with one character that says what it is.

namespace roar::plumbing {
namespace {

constexpr char kLine = 'L';
constexpr char kFailure = 'F';  // a digit for the kind of error, and its text
constexpr char kEnd = 'E';
constexpr int kSignalUnknown = SIGKILL;  // for who vanished without one

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

void work_as_child(const std::function<void(const Say&)>& work, int out) {
  const auto send = [&](char kind, std::string_view text) {
    write_all(out, std::string(1, kind).append(text) + '\n');
  };
  const auto fail = [&](Errc code, std::string text) {
    std::ranges::replace(text, '\n', '\v');  // a hint is on a line of its own
    send(kFailure, std::to_string(static_cast<int>(code)) + text);
  };
  try {
    work([&](std::string_view line) { send(kLine, line); });
    send(kEnd, {});
  } catch (const Error& error) {
    fail(error.code(), error.what());
  } catch (const std::exception& error) {
    fail(Errc::Io, error.what());
  }
}

// Takes apart what the child writes.
class Listener {
 public:
  explicit Listener(const Say& hear) : hear_(&hear) {}

  void listen(int fd) {
    std::array<char, 65'536> buffer;
    for (;;) {
      const ssize_t n = ::read(fd, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;
      pending_.append(buffer.data(), static_cast<std::size_t>(n));
      take_lines();
    }
  }

  bool has_ended() const noexcept { return ended_; }
  const std::optional<Error>& failure() const noexcept { return failure_; }

 private:
  void take_lines() {
    std::size_t start = 0;
    for (std::size_t end = 0; (end = pending_.find('\n', start)) != std::string::npos;
         start = end + 1)
      take(std::string_view(pending_).substr(start, end - start));
    pending_.erase(0, start);
  }

  void take(std::string_view line) {
    if (line.empty()) return;
    const std::string_view text = line.substr(1);
    if (line.front() == kLine) (*hear_)(text);
    if (line.front() == kEnd) ended_ = true;
    if (line.front() != kFailure || text.empty()) return;
    std::string message(text.substr(1));
    std::ranges::replace(message, '\v', '\n');
    failure_.emplace(static_cast<Errc>(text.front() - '0'), std::move(message));
  }

  const Say* hear_;
  std::string pending_;
  bool ended_ = false;
  std::optional<Error> failure_;
};

}  // namespace

int in_child(const std::function<void(const Say& say)>& work, const Say& hear) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno(errno, "make", "a pipe");
  const Fd in(ends[0]);
  Fd out(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw_errno(errno, "start", "a process that works on the store");
  if (child == 0) {
    // It is of no use without us.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE}) ::signal(number, SIG_DFL);
    work_as_child(work, out.get());
    ::_exit(0);
  }
  out.reset();
  Listener listener(hear);
  listener.listen(in.get());
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (const auto& failure = listener.failure()) throw Error(failure->code(), failure->what());
  if (WIFSIGNALED(status)) return WTERMSIG(status);
  return listener.has_ended() ? 0 : kSignalUnknown;
}

}  // namespace roar::plumbing
