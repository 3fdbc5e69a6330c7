#include "tracer/ptrace/supervisor.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "tracer/ptrace/untraced.h"

// How stops look to a tracer that used PTRACE_SEIZE:
//
//  * The filter's stop (PTRACE_EVENT_SECCOMP) comes before the call. PTRACE_CONT then lets it run
//    without another word; PTRACE_SYSCALL asks for one more stop at its end.
//  * A new thread or process is a tracee from the start. It stops (PTRACE_EVENT_STOP with SIGTRAP),
//    and its maker stops with an event that names it; either can come first. A maker that SIGKILL
//    meets in that stop never tells of it.
//  * An exec in any thread ends all others, and the one that is left has the process's number.
//  * A stop by a stopping signal is PTRACE_EVENT_STOP with that signal. PTRACE_LISTEN leaves it
//    stopped, so that the real parent sees it and SIGCONT works.
//  * Any other stop is a signal on its way, which is handed on.

namespace roar::tracer {
namespace {

constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
                          PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
                          PTRACE_O_EXITKILL;
constexpr std::uint64_t kFirstX32Call = 0x4000'0000;
// How long the maker of a new tracee is waited for. It stops right after it made it. Well below the
// grace that descendants have when the command has ended: what they do then is the job's, too.
constexpr std::chrono::milliseconds kAnnouncement{10};

// Until a child may have changed, or for kAnnouncement. The supervisor blocks all signals.
void wait_for_change() {
  sigset_t change;
  sigemptyset(&change);
  sigaddset(&change, SIGCHLD);
  const timespec limit{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(kAnnouncement).count()};
  ::sigtimedwait(&change, nullptr, &limit);
}

// A tracee that was killed while it was stopped answers ESRCH; its end is reported in a moment.
void resume(pid_t thread, decltype(PTRACE_CONT) how, int signal = 0) {
  ::ptrace(how, thread, nullptr, static_cast<long>(signal));
}

unsigned long event_message(pid_t thread) {
  unsigned long message = 0;
  ::ptrace(PTRACE_GETEVENTMSG, thread, nullptr, &message);
  return message;
}

// A field of /proc/<pid>/status.
pid_t status_field(pid_t thread, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(thread) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ":")) return std::atoi(line.c_str() + name.size() + 1);
  return 0;
}

bool is_stopping(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

}  // namespace

int Supervisor::seize(pid_t root) {
  if (::ptrace(PTRACE_SEIZE, root, nullptr, kOptions) != 0) return errno;
  Thread& thread = threads_[root];
  thread.thread = root;
  thread.process = root;
  thread.announced = true;
  return 0;
}

void Supervisor::run() {
  for (;;) {
    pid_t thread = 0;
    try {
      int status = 0;
      thread = next_change(status);
      if (thread < 0 && errno == EINTR) continue;
      if (thread < 0) return;
      if (WIFEXITED(status) || WIFSIGNALED(status)) on_end(thread, status);
      if (WIFSTOPPED(status)) on_stop(thread, status);
    } catch (const std::bad_alloc&) {
      resume(thread, PTRACE_CONT);  // better a fact lost than a job stuck
    }
  }
}

pid_t Supervisor::next_change(int& status) {
  while (!unannounced_.empty()) {
    const pid_t thread = ::waitpid(-1, &status, __WALL | WNOHANG);
    if (thread != 0) return thread;
    announce_overdue();  // now that every end so far is known
    wait_for_change();
  }
  return ::waitpid(-1, &status, __WALL);
}

void Supervisor::on_end(pid_t thread, int status) {
  const auto found = threads_.find(thread);
  if (found == threads_.end()) return;
  unannounced_.erase(thread);
  if (WIFSIGNALED(status)) last_killed_ = found->second.process;
  if (found->second.process == thread) recorder_.ended(thread, status);
  threads_.erase(found);
}

void Supervisor::on_stop(pid_t id, int status) {
  Thread& thread = threads_[id];
  thread.thread = id;
  const int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (event != 0) {
    on_event(thread, event, signal);
  } else if (signal == (SIGTRAP | 0x80)) {
    on_call_end(thread);
  } else {
    resume(id, PTRACE_CONT, signal);
  }
}

void Supervisor::on_event(Thread& thread, int event, int signal) {
  switch (event) {
    case PTRACE_EVENT_SECCOMP:
      return on_seccomp(thread);
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
      return on_new_thread(thread, event);
    case PTRACE_EVENT_EXEC:
      return on_exec(thread);
    case PTRACE_EVENT_STOP:
      if (is_stopping(signal)) return resume(thread.thread, PTRACE_LISTEN);
      return first_stop(thread);
    default:
      return resume(thread.thread, PTRACE_CONT);
  }
}

void Supervisor::first_stop(Thread& thread) {
  if (thread.announced) return resume(thread.thread, PTRACE_CONT);
  unannounced_.emplace(thread.thread, Clock::now());
}

void Supervisor::on_new_thread(const Thread& maker, int event) {
  const pid_t maker_thread = maker.thread;
  const pid_t maker_process = maker.process;
  const auto id = static_cast<pid_t>(event_message(maker_thread));
  Thread& made = threads_[id];
  made.thread = id;
  const bool is_thread = event == PTRACE_EVENT_CLONE && status_field(id, "Tgid") == maker_process;
  if (!made.announced) announce(made, is_thread ? maker_process : id, maker_process);
  resume(maker_thread, PTRACE_CONT);
}

void Supervisor::announce(Thread& made, pid_t process, pid_t maker_process) {
  made.announced = true;
  made.process = process;
  if (process == made.thread) recorder_.started(made, maker_process);
  if (unannounced_.erase(made.thread) != 0) resume(made.thread, PTRACE_CONT);
}

// The parent of a process whose maker was killed is init, or whoever else adopts it.
void Supervisor::announce_overdue() {
  const Clock::time_point late = Clock::now() - kAnnouncement;
  std::vector<pid_t> overdue;
  for (const auto& [id, since] : unannounced_)
    if (since <= late) overdue.push_back(id);
  for (const pid_t id : overdue) {
    const pid_t process = status_field(id, "Tgid");
    const pid_t parent = status_field(id, "PPid");
    announce(threads_[id], process, threads_.contains(parent) ? parent : last_killed_);
  }
}

void Supervisor::on_exec(Thread& thread) {
  // The thread that called exec may have had another number until now.
  const auto former = static_cast<pid_t>(event_message(thread.thread));
  if (former != thread.thread) {
    if (const auto found = threads_.find(former); found != threads_.end()) {
      thread.pending = std::move(found->second.pending);
      threads_.erase(found);
    }
  }
  thread.process = thread.thread;
  recorder_.executed(thread, status_field(thread.thread, "PPid"));
  resume(thread.thread, PTRACE_CONT);
}

void Supervisor::on_seccomp(Thread& thread) {
  __ptrace_syscall_info info{};
  if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread.thread, sizeof info, &info) <= 0)
    return resume(thread.thread, PTRACE_CONT);
  const Call* call = call_of(info.arch, info.seccomp.nr);
  bool stops_again = false;
  if (call != nullptr) {
    stops_again =
        recorder_.read(thread, *call, std::span<const std::uint64_t, 6>(info.seccomp.args)) &&
        recorder_.enter(thread);
  } else if (is_clone(info.arch, info.seccomp.nr)) {
    clear_untraced(thread.thread, info.arch, info.seccomp.nr);
  } else if (info.seccomp.nr >= kFirstX32Call) {
    recorder_.gap(thread, "other-architecture");
  }
  resume(thread.thread, stops_again ? PTRACE_SYSCALL : PTRACE_CONT);
}

void Supervisor::on_call_end(Thread& thread) {
  __ptrace_syscall_info info{};
  if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread.thread, sizeof info, &info) > 0 &&
      info.op == PTRACE_SYSCALL_INFO_EXIT)
    recorder_.leave(thread, info.exit.rval);
  resume(thread.thread, PTRACE_CONT);
}

}  // namespace roar::tracer
