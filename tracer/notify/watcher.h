#pragma once

#include <sys/types.h>

#include <unordered_map>
#include <vector>

#include "tracer/calls/recorder.h"
#include "tracer/log.h"
#include "tracer/notify/listener.h"
#include "tracer/notify/unsettled.h"

namespace roar::tracer {

// Looks at the path calls of the processes under a filter before the kernel carries them out, and
// writes them to the log. The processes have no tracer: debuggers and sanitizers work in them.
//
// They cannot do without the process that runs this: a path call to which nobody listens fails with
// ENOSYS. So that process does nothing else, and outlives everybody but them.
class Watcher {
 public:
  // `root` is the process that the filter was made for, which is about to execute a program whose
  // Exec fact is in the log.
  // `keeper` as for CallRecorder.
  Watcher(Log& log, pid_t keeper, Listener listener, pid_t root);

  // Returns when the last process has ended.
  void run();

 private:
  void on_call(const seccomp_notif& notification);
  void on_known_call(const seccomp_notif& notification, Tracee& tracee, const Call& call);
  void on_end(const Tracee& tracee, bool whole_process, int code);
  Tracee& tracee_of(pid_t thread);
  // `caller`: the thread that has just made another call, or 0.
  void settle(pid_t caller);
  void entered(const UnsettledCall& execute);

  Log& log_;
  Listener listener_;
  CallRecorder recorder_;
  pid_t root_;
  int quiet_ms_ = 2;       // how long the next quiet may be, if calls are unsettled
  bool announced_ = true;  // that root's first program is in the log
  std::unordered_map<pid_t, Tracee> threads_;
  std::unordered_map<pid_t, int> processes_;  // with their known threads
  std::vector<UnsettledCall> unsettled_;      // in the order of the calls
};

}  // namespace roar::tracer
