#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tracer/log.h"

namespace roar::tracer {

// A process of the job that goes on after its root has ended.
struct Straggler {
  std::int32_t pid;
  std::string executable;
};

// Waits up to `grace_ms` for the processes that speak in the log and still have it mapped, and
// returns those that are left then. Does not wait if there are none.
std::vector<Straggler> stragglers_after(const Log& log, int grace_ms);

// Those that speak in the log and are traced by the supervisor, now.
std::vector<Straggler> stragglers_under(std::int32_t supervisor, const Log& log);

}  // namespace roar::tracer
