#pragma once

#include <sys/types.h>

#include "objects/base/fd.h"
#include "tracer/log.h"

namespace roar::tracer {

// The process that traces a job by ptrace(2): a child of this one, in a session of its own, with
// no descriptor but the log, so that neither the terminal nor the end of this process touches it.
// This process stays the parent of the job's root.
class PtraceJob {
 public:
  // Forks the supervisor. Throws Errc::Io.
  explicit PtraceJob(Log& log);
  ~PtraceJob();
  PtraceJob(const PtraceJob&) = delete;
  PtraceJob& operator=(const PtraceJob&) = delete;

  // In the child that is to become the root, before it executes: waits until it is traced. Returns
  // an errno or 0. Async-signal-safe.
  int attach_this_process() const noexcept;

  // After the root has ended: how the rest of the job goes.
  enum class Ending { Complete, StillRunning, SupervisorDied };
  Ending wait(int grace_ms);
  pid_t supervisor() const noexcept { return supervisor_; }

 private:
  Fd socket_;
  pid_t supervisor_ = -1;
};

}  // namespace roar::tracer
