#include "plumbing/kept_survey.h"

#include <array>
#include <sstream>
#include <string>
#include <utility>

#include "objects/cache.h"
#include "objects/step_survey.h"

namespace roar::plumbing {
namespace {

// Of fewer steps the counting takes less time than the cache.
constexpr std::uint32_t kStepsFew = 4096;
// So many jobs may come before the counts are written anew.
constexpr std::size_t kEntriesBetween = 16;

std::string text_of(const StepCounts& counts) {
  return counts.head.hex() + ' ' + std::to_string(counts.run_steps) + ' ' +
         std::to_string(counts.build_steps);
}

// As if nothing was known, if it is no such text.
StepCounts counts_of(const std::string& text) {
  std::istringstream words(text);
  std::string head;
  StepCounts counts;
  if (!(words >> head >> counts.run_steps >> counts.build_steps)) return {};
  counts.head = ObjectId::from_hex(head).value_or(ObjectId());
  return counts;
}

}  // namespace

StepSurvey kept_survey(const ReadTransaction& transaction, const Workspace& workspace,
                       std::string_view session, std::size_t tips_max) {
  if (highest_step(transaction, session) <= kStepsFew)
    return survey_steps(transaction, session, tips_max);
  Cache cache(workspace.cache_directory());
  const std::array names{"steps:" + std::string(session)};
  const auto kept = cache.values(names).front();
  SurveySince since =
      survey_steps_since(transaction, session, tips_max, kept ? counts_of(*kept) : StepCounts());
  if (since.behind > kEntriesBetween) {
    const std::array<std::pair<std::string, std::string>, 1> values{
        {{names.front(), text_of(since.counts)}}};
    cache.put_values(values);
  }
  return std::move(since.survey);
}

}  // namespace roar::plumbing
