#pragma once

#include <string>
#include <vector>

#include "tracer/observation.h"

namespace roar::plumbing {

inline constexpr int kFactsVersion = 1;

// What a tracer has to say about one command, as text: one JSON object a line, as roar-trace(1)
// describes them. `argv` is the command.
std::string facts_json(const tracer::Observation& observation,
                       const std::vector<std::string>& argv);

}  // namespace roar::plumbing
