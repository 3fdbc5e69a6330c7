#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <unordered_map>

#include "tracer/calls/recorder.h"
#include "tracer/log.h"

namespace roar::tracer {

// Follows a process and all its descendants until the last of them has ended, and writes what they
// do to the log.
//
// The job cannot outlive the process that runs this: a call that stops has to be answered, and the
// kernel kills the job if nobody is left to do so. So that process does nothing else.
class Supervisor {
 public:
  // `keeper` as for CallRecorder.
  Supervisor(Log& log, pid_t keeper) : recorder_(log, keeper) {}

  // Returns the errno for which the process cannot be traced, or 0.
  int seize(pid_t root);
  // Returns when no tracee is left.
  void run();

 private:
  using Clock = std::chrono::steady_clock;
  struct Thread : Tracee {
    bool announced = false;  // by the stop of the one that made it
  };

  // As waitpid(2) of any tracee.
  pid_t next_change(int& status);
  void on_stop(pid_t thread, int status);
  void on_event(Thread& thread, int event, int signal);
  void on_seccomp(Thread& thread);
  void on_call_end(Thread& thread);
  void on_new_thread(const Thread& maker, int event);
  void on_exec(Thread& thread);
  void on_end(pid_t thread, int status);
  void first_stop(Thread& thread);
  void announce(Thread& made, pid_t process, pid_t maker_process);
  void announce_overdue();

  CallRecorder recorder_;
  std::unordered_map<pid_t, Thread> threads_;
  // Of threads_: stopped since then, and nobody has said yet whose they are.
  std::map<pid_t, Clock::time_point> unannounced_;
  pid_t last_killed_ = 0;  // the process that a signal ended last
};

}  // namespace roar::tracer
