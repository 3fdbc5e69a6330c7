#pragma once

#include <signal.h>
#include <sys/types.h>

#include <atomic>

namespace roar::tracer {

// Makes this process a stand-in for the command, as far as signals go, while it runs, and keeps
// them from ending this process while it has a record to write.
//
// While the command runs, every signal that would end or stop this process is caught. What was sent
// to this process alone goes on to the command; what was sent to the whole process group, such as
// Ctrl-C on the terminal, has reached it anyway and is not sent twice (see GroupWitness). After the
// command, stopping (Ctrl-Z) is this process's own again, and SIGINT, SIGQUIT, SIGTERM and SIGHUP
// ask for long work to be cut short.
//
// Signals that were ignored before (nohup) stay so, here and in the command. SIGSTOP and SIGKILL
// cannot be caught and do not reach the command.
//
// One at a time per process. The destructor restores what was there before.
class SignalGuard {
 public:
  SignalGuard();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

  // How many of SIGINT, SIGQUIT, SIGTERM and SIGHUP came while the command ran.
  int count() const noexcept;
  // The last of them; 0 if none came.
  int last() const noexcept;
  // Becomes true when long work after the command should stop: with the first of these signals that
  // comes after the command has ended, or kPatienceMs after a SIGTERM or SIGHUP that came before,
  // because who sends those often sends SIGKILL soon.
  const std::atomic<bool>& impatient() const noexcept;
  static constexpr int kPatienceMs = 1000;

  // For observe(), in this order. arm() is called with all signals blocked; until then a signal
  // does to this process what it always does.
  void arm() const noexcept;
  void forward_to(pid_t child) const noexcept;
  // Call before the child is reaped: its number may be somebody else's afterwards.
  void command_ended() const noexcept;

  // Stops this process as `signal` would have without the guard, so that whoever waits for it sees
  // that signal. Returns when it is continued. If the next one comes before it runs again, that one
  // stops it, too, whatever the command makes of it: the kernel knows no way to prevent it.
  void stop_this_process(int signal) const noexcept;
  // For a forked child before it executes something: what was there before the guard. Safe to call
  // between fork and exec.
  void restore_dispositions() const noexcept;
};

}  // namespace roar::tracer
