#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace roar::tracer {

// A process of the job that goes on after its root has ended.
struct Straggler {
  pid_t pid;
  std::string executable;  // path; empty if it cannot be known
};

// Waits up to `grace_ms` for the processes started after `root` that have `variable`, a string
// "name=value", in the environment they were started with, and returns those that are left then.
// Does not wait if there are none.
std::vector<Straggler> stragglers_with(const std::string& variable, pid_t root, int grace_ms);

// Whether the process runs and was started with `variable`.
bool runs_with(pid_t pid, const std::string& variable);

// Those started after `root` that `tracer` traces now.
std::vector<Straggler> stragglers_traced_by(pid_t tracer, pid_t root);

}  // namespace roar::tracer
