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
  // Numbers are used again: a thread is known by when it was started, too.
  struct Known {
    Tracee tracee;
    std::uint64_t started = 0;
    std::int64_t looked_ns = 0;  // when that was last looked at
  };

  // Whether the preload library tells of the call. Takes the announcement of an Execute away.
  bool is_covered(const seccomp_notif& notification, const Call& call) noexcept;
  void on_call(const seccomp_notif& notification);
  void on_known_call(const seccomp_notif& notification, const Call& call, bool is_covered);
  Tracee& tracee_of(pid_t thread);
  // `caller`: the thread that has just made another call, or 0. `all_over`: no process is left.
  void settle(pid_t caller, bool all_over);
  void entered(const UnsettledCall& execute);

  Log& log_;
  Listener listener_;
  CallRecorder recorder_;
  pid_t root_;
  std::int64_t quiet_us_ = 100;  // how long the next quiet may be, if calls are unsettled
  bool announced_ = true;        // that root's first program is in the log
  std::unordered_map<pid_t, Known> threads_;
  std::unordered_map<pid_t, std::uint64_t> processes_;  // when they started
  std::vector<UnsettledCall> unsettled_;                // in the order of the calls
};

}  // namespace roar::tracer
