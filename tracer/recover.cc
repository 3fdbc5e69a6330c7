#include "tracer/recover.h"

#include <algorithm>

#include "tracer/collector.h"
#include "tracer/descendants.h"
#include "tracer/file_table.h"
#include "tracer/observe.h"

namespace roar::tracer {
namespace {

// What a first look at the log says.
struct Outline {
  pid_t root = 0;
  bool executed = false;  // the root became the command, or died trying
  std::uint64_t last_ns = 0;
};

Outline outline_of(const Log& log) {
  Outline outline;
  bool first_exec = true;
  log.read([&](const Fact& fact) {
    outline.last_ns = std::max(outline.last_ns, fact.time_ns);
    // The root writes these two itself before it executes the command.
    if (outline.root == 0 && fact.kind == wire::Kind::Start) outline.root = fact.pid;
    if (fact.kind != wire::Kind::Exec || fact.pid != outline.root || !first_exec) return;
    first_exec = false;
    outline.executed = fact.result == 0;
  });
  return outline;
}

Timestamp timestamp_of(std::uint64_t ns) noexcept {
  return {static_cast<std::int64_t>(ns / 1'000'000'000),
          static_cast<std::uint32_t>(ns % 1'000'000'000)};
}

}  // namespace

Recovered recover(const Log& log, const std::string& variable) {
  Recovered recovered;
  const Outline outline = outline_of(log);
  if (!outline.executed) return recovered;
  if (runs_with(outline.root, variable)) {
    recovered.state = Recovered::State::Running;
    return recovered;
  }
  recovered.state = Recovered::State::Ended;
  Observation& observation = recovered.observation;
  observation.backend = log.backend();
  observation.ended = timestamp_of(outline.last_ns);
  if (const auto end = log.end()) {
    recovered.exit_known = true;
    observation.exit = end->exit;
    observation.ended = std::max(observation.ended, end->when);
  }
  observation.known_until = observation.ended;
  Collector collector(own_identity());
  collector.leave_out(
      {identity_of_descriptor(log.descriptor()), identity_of_file(preload_library())});
  collector.add_gap("roar-killed", "");
  observation.dropped = log.read([&](const Fact& fact) { collector.add(fact); });
  if (observation.dropped != 0) collector.add_gap("ring-full", "", observation.dropped);
  collector.look_at_code(nullptr);
  collector.finish(observation);
  if (recovered.exit_known && !observation.processes.empty())
    observation.processes.front().exit = observation.exit;
  return recovered;
}

}  // namespace roar::tracer
