#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "objects/history.h"

namespace roar {

// How many steps a session had when `head` was its newest entry. That does not change, so it may be
// kept anywhere.
struct StepCounts {
  ObjectId head;  // zero: not known
  std::uint64_t run_steps = 0;
  std::uint64_t build_steps = 0;
};

struct SurveySince {
  StepSurvey survey;
  StepCounts counts;       // of now
  std::size_t behind = 0;  // how many entries came after the counts that were given; or very many
};
// As survey_steps of history.h, from counts of the session at any earlier time. Only the last
// entries of the session are read, unless the counts are older than those: then every step is
// looked at.
SurveySince survey_steps_since(const ReadTransaction& transaction, std::string_view session,
                               std::size_t tips_max, const StepCounts& known);

// The highest number that a step of either kind has; 0 if there are none.
std::uint32_t highest_step(const ReadTransaction& transaction, std::string_view session);

}  // namespace roar
