#pragma once

#include <cstdint>
#include <string>

#include "tracer/log.h"
#include "tracer/observation.h"

namespace roar::tracer {

// What became of a job whose observer was killed.
struct Recovered {
  enum class State : std::uint8_t {
    NotStarted,  // the command never ran
    Running,     // it runs still
    Ended,       // `observation` says what is known
  };
  State state = State::NotStarted;
  bool exit_known = false;  // the observer saw the end of the root, and was killed after that
  Observation observation;  // with the gap "roar-killed"; `started` is left to the caller
};

// Reads the log that it left. `variable`, a string "name=value", is one that the command was
// started with and nothing else on this machine. The log keeps its facts.
Recovered recover(const Log& log, const std::string& variable);

}  // namespace roar::tracer
