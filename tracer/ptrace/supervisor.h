#pragma once

#include <sys/types.h>

#include <cstdint>
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
  struct Thread : Tracee {
    bool announced = false;  // by the stop of the one that made it
    bool waiting = false;    // stopped, and not yet announced
  };

  void on_stop(pid_t thread, int status);
  void on_event(Thread& thread, int event, int signal);
  void on_seccomp(Thread& thread);
  void on_call_end(Thread& thread);
  void on_new_thread(const Thread& maker, int event);
  void on_exec(Thread& thread);
  void on_end(pid_t thread, int status);
  void first_stop(Thread& thread);

  CallRecorder recorder_;
  std::unordered_map<pid_t, Thread> threads_;
};

}  // namespace roar::tracer
