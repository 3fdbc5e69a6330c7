#pragma once

#include <sys/types.h>

#include <atomic>

namespace roar::tracer {

// Keeps the signals that end programs from ending roar while it has a child or a record to look
// after: SIGINT and SIGQUIT reach the child from the terminal and are only counted here; SIGTERM
// and SIGHUP are counted and passed on to the child while one runs. Stopping (Ctrl-Z) stays as it
// is.
//
// One at a time per process. The destructor restores what was there before. A child started by
// observe() gets the dispositions and the mask from before.
class SignalGuard {
 public:
  SignalGuard();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

  // How many of these signals have come since construction.
  int count() const noexcept;
  // The last of them; 0 if none came.
  int last() const noexcept;
  // Becomes true with the second signal: long work after the child should stop.
  const std::atomic<bool>& impatient() const noexcept;

  // SIGTERM and SIGHUP go to this process from now on; 0 for none.
  void forward_to(pid_t child) const noexcept;
  // For a forked child before it executes something: what was there before the guard. Safe to call
  // between fork and exec.
  void restore_dispositions() const noexcept;
};

}  // namespace roar::tracer
