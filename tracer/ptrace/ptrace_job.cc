#include "tracer/ptrace/ptrace_job.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "objects/base/error.h"
#include "tracer/ptrace/supervisor.h"

namespace roar::tracer {
namespace {

constexpr char kDone = 'd';

// Everything but `kept` and `kept2` (-1: none): an open end of somebody's pipe would keep its
// reader waiting.
void drop_descriptors(int kept, int kept2) {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard = 0; standard <= 2; ++standard) ::dup2(null, standard);
  unsigned from = 3;
  for (const int keep : {std::min(kept, kept2), std::max(kept, kept2)}) {
    if (keep < 0) continue;
    const auto number = static_cast<unsigned>(keep);
    if (number > from) ::close_range(from, number - 1, 0);
    from = number + 1;
  }
  ::close_range(from, ~0U, 0);
}

[[noreturn]] void supervise(Log& log, int socket) {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  ::setsid();
  ::prctl(PR_SET_NAME, "roar-supervisor");
  drop_descriptors(log.descriptor(), socket);
  if (::chdir("/") != 0) ::_exit(1);  // or a file system could not be unmounted

  pid_t root = 0;
  if (::recv(socket, &root, sizeof root, 0) != sizeof root) ::_exit(0);  // never started
  Supervisor supervisor(log, ::getppid());
  const int errnum = supervisor.seize(root);
  ::send(socket, &errnum, sizeof errnum, MSG_NOSIGNAL);
  if (errnum == 0) supervisor.run();
  ::send(socket, &kDone, sizeof kDone, MSG_NOSIGNAL);
  ::_exit(0);
}

}  // namespace

PtraceJob::PtraceJob(Log& log) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw_errno(errno, "create", "socket pair");
  socket_ = Fd(ends[0]);
  const Fd other(ends[1]);
  supervisor_ = ::fork();
  if (supervisor_ < 0) throw_errno(errno, "start", "trace supervisor");
  if (supervisor_ == 0) supervise(log, other.get());
}

PtraceJob::~PtraceJob() {
  socket_.reset();
  ::waitpid(supervisor_, nullptr, WNOHANG);
}

int PtraceJob::attach_this_process() const noexcept {
  // Where only ancestors may trace (Yama), the supervisor needs to be let.
  ::prctl(PR_SET_PTRACER, static_cast<unsigned long>(supervisor_), 0, 0, 0);
  const pid_t self = ::getpid();
  if (::send(socket_.get(), &self, sizeof self, MSG_NOSIGNAL) != sizeof self) return errno;
  int errnum = 0;
  if (::recv(socket_.get(), &errnum, sizeof errnum, 0) != sizeof errnum) return ECHILD;
  return errnum;
}

PtraceJob::Ending PtraceJob::wait(int grace_ms) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t deadline_ms = now.tv_sec * 1000 + now.tv_nsec / 1'000'000 + grace_ms;
  for (;;) {
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t left = deadline_ms - (now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
    pollfd answer{socket_.get(), POLLIN, 0};
    const int ready = ::poll(&answer, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Ending::StillRunning;
    char word = 0;
    if (::recv(socket_.get(), &word, sizeof word, 0) == 1 && word == kDone) {
      ::waitpid(supervisor_, nullptr, 0);
      return Ending::Complete;
    }
    return Ending::SupervisorDied;
  }
}

}  // namespace roar::tracer
