#include "tracer/notify/handover.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/fd.h"
#include "tracer/calls/filter.h"
#include "tracer/calls/tracee_files.h"
#include "tracer/log.h"
#include "tracer/notify/watcher.h"
#include "tracer/ptrace/supervisor.h"
#include "tracer/ptrace/untraced.h"
#include "tracer/wire.h"

namespace roar::tracer {
namespace {

// What the process that looks on says when it is ready.
struct Ready {
  pid_t pid;
  bool may_read;  // the memory of a process that is not its child
};

struct Request {
  Way way;
  pid_t pid;
};

Backend backend_of(Way way, const HandoverOptions& options) noexcept {
  if (way != Way::Listener) return Backend::Ptrace;
  return options.beside_library ? Backend::PreloadNotify : Backend::Notify;
}

// Of the process in between: what the kernel grants.
enum Grants : int { kGrantsListener = 1, kGrantsTracing = 2 };

// A fork without the signal at the child's end: the program shall not find one pending.
pid_t quiet_fork() noexcept {
  return static_cast<pid_t>(::syscall(SYS_clone, 0, nullptr, nullptr, nullptr, 0));
}

// Yama lets only ancestors read other processes' memory, or those who trace them.
bool may_read_any() {
  std::ifstream file("/proc/sys/kernel/yama/ptrace_scope");
  int scope = 0;
  if (!(file >> scope) || scope == 0) return true;
  return ::geteuid() == 0 && scope < 3;
}

// A field of /proc/<process>/status, or -1.
long status_field(const std::string& process, std::string_view name) {
  std::ifstream status("/proc/" + process + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
      return std::strtol(line.c_str() + name.size() + 1, nullptr, 10);
  return -1;
}

// Whose log it is: "/proc/<pid>/fd/...".
pid_t owner_of(const std::string& log_address) {
  constexpr std::string_view kBegin = "/proc/";
  return log_address.starts_with(kBegin)
             ? static_cast<pid_t>(std::strtol(log_address.c_str() + kBegin.size(), nullptr, 10))
             : 0;
}

// Whether the job has put this process in a sandbox: it may be killed for calls that its program
// never makes. What roar itself is in it was started in.
bool is_sandboxed(pid_t owner) {
  constexpr std::string_view kFilters = "Seccomp_filters";
  const long filters = status_field("self", kFilters);
  return filters > 0 && filters != status_field(std::to_string(owner), kFilters);
}

// Whether /proc is that of this process's own name space. In another, its numbers mean others.
bool has_own_proc() {
  return link_target("/proc/self") == std::to_string(::getpid());
}

bool send_request(int socket, const Request& request, int listener) noexcept {
  Request copy = request;
  iovec data{&copy, sizeof copy};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (listener >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &listener, sizeof listener);
  }
  return ::sendmsg(socket, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof copy);
}

bool receive_request(int socket, Request& request, Fd& listener) noexcept {
  iovec data{&request, sizeof request};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != static_cast<ssize_t>(sizeof request))
    return false;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    listener = Fd(fd);
  }
  return true;
}

// This process is to be nobody's: no terminal, no signals, no descriptors, and no environment by
// which it would be taken for a process of the job.
void withdraw(int socket) noexcept {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
  ::setsid();
  ::prctl(PR_SET_NAME, "roar-supervisor");
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard = 0; standard <= 2; ++standard) {
    if (standard != socket) ::dup2(null, standard);
  }
  const auto kept = static_cast<unsigned>(socket);
  if (kept > 3) ::close_range(3, kept - 1, 0);
  ::close_range(kept < 3 ? 3 : kept + 1, ~0U, 0);
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry)
    std::memset(*entry, 0, std::strlen(*entry));
  rlimit space{};
  if (::getrlimit(RLIMIT_AS, &space) == 0) {
    space.rlim_cur = space.rlim_max;
    ::setrlimit(RLIMIT_AS, &space);
  }
}

int watch(Log& log, pid_t owner, Fd socket, const Request& request, Fd listener) {
  int errnum = 0;
  if (request.way == Way::Listener) {
    ++log.header().listeners;
    Watcher watcher(log, owner, Listener(std::move(listener)), request.pid);
    ::send(socket.get(), &errnum, sizeof errnum, MSG_NOSIGNAL);
    socket.reset();
    watcher.run();
    return 0;
  }
  Supervisor supervisor(log, owner);
  errnum = supervisor.seize(request.pid);
  ::send(socket.get(), &errnum, sizeof errnum, MSG_NOSIGNAL);
  socket.reset();
  if (errnum == 0) supervisor.run();
  return 0;
}

[[noreturn]] void look_on(Fd socket, const HandoverOptions& options) noexcept {
  const std::string address = options.log_address;
  withdraw(socket.get());
  try {
    const std::unique_ptr<Log> log = Log::attach(address);
    if (::chdir("/") != 0) ::_exit(1);  // or a file system could not be unmounted
    const Ready ready{::getpid(), may_read_any()};
    ::send(socket.get(), &ready, sizeof ready, MSG_NOSIGNAL);
    Request request{};
    Fd listener;
    if (!receive_request(socket.get(), request, listener)) ::_exit(0);
    log->enter_supervision();
    if (options.is_root) log->set_backend(backend_of(request.way, options));
    watch(*log, owner_of(address), std::move(socket), request, std::move(listener));
    log->leave_supervision();
  } catch (const std::exception&) {
    ::_exit(1);
  }
  ::_exit(0);
}

// Makes the process that looks on, and then asks the kernel, in a process that does not matter,
// what it would grant this one. Returns Grants.
int make_onlooker(Fd& socket, Fd& other, const HandoverOptions& options) noexcept {
  const pid_t between = quiet_fork();
  if (between < 0) return 0;
  if (between == 0) {
    socket.reset();
    const pid_t onlooker = ::fork();
    if (onlooker < 0) ::_exit(0);
    if (onlooker == 0) look_on(std::move(other), options);
    // Filters that stop nothing, or this process could not even end.
    const std::vector<sock_filter> harmless = passing_filter();
    int grants = install_listener(harmless) >= 0 ? kGrantsListener : 0;
    if (install_filter(harmless) == 0) grants |= kGrantsTracing;
    ::_exit(grants);
  }
  other.reset();
  int status = 0;
  while (::waitpid(between, &status, __WALL) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

bool is_acknowledged(int socket) noexcept {
  int errnum = 0;
  return ::recv(socket, &errnum, sizeof errnum, 0) == static_cast<ssize_t>(sizeof errnum) &&
         errnum == 0;
}

bool listen(int socket, std::uint16_t mark, const HandoverOptions& options) {
  const IoUring io_uring = options.beside_library ? IoUring::Refused : IoUring::Seen;
  const Fd listener(install_listener(listening_filter(mark, io_uring)));
  return listener && send_request(socket, {Way::Listener, ::getpid()}, listener.get()) &&
         is_acknowledged(socket);
}

bool be_traced(int socket, pid_t tracer) {
  ::prctl(PR_SET_PTRACER, static_cast<unsigned long>(tracer), 0, 0, 0);
  return send_request(socket, {Way::Ptrace, ::getpid()}, -1) && is_acknowledged(socket) &&
         install_filter(untraced_filter()) == 0 && install_filter(stopping_filter()) == 0;
}

Way hand_over(const HandoverOptions& options) {
  const std::uint16_t mark = wire::net_mark(options.log_address.c_str());
  ::prctl(static_cast<int>(wire::kNetProbe), 0, 0, 0, 0);
  if (errno == mark) return Way::Listener;  // we are looked at already
  if (errno != EINVAL) return Way::None;    // by another job, and nobody else can
  if (is_sandboxed(owner_of(options.log_address)) || !has_own_proc()) return Way::None;
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return Way::None;
  Fd socket(ends[0]);
  Fd other(ends[1]);
  const int grants = make_onlooker(socket, other, options);
  Ready ready{};
  if (grants == 0 || ::recv(socket.get(), &ready, sizeof ready, 0) != sizeof ready)
    return Way::None;
  if (!options.by_ptrace && ready.may_read && (grants & kGrantsListener) != 0)
    return listen(socket.get(), mark, options) ? Way::Listener : Way::None;
  return be_traced(socket.get(), ready.pid) ? Way::Ptrace : Way::None;
}

}  // namespace

Way hand_over_this_process(const HandoverOptions& options) noexcept {
  try {
    return hand_over(options);
  } catch (const std::exception&) {
    return Way::None;
  }
}

}  // namespace roar::tracer
