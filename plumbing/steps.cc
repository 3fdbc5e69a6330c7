#include "plumbing/steps.h"

#include <charconv>
#include <map>
#include <utility>

#include "objects/numbered_history.h"

namespace roar::plumbing {
namespace {

Step step_of(const ReadTransaction& transaction, const std::vector<JobPlace>& places) {
  Step step{.kind = places.back().kind,
            .number = places.back().step,
            .name = places.back().step_name,
            .job = places.back().job,
            .jobs = {}};
  for (const JobPlace& place : places) step.jobs.push_back(place.job);
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    if (!read_job(transaction, place->job).exit.success()) continue;
    step.job = place->job;
    break;
  }
  return step;
}

}  // namespace

std::string step_reference(JobKind kind, std::uint32_t number) {
  return (kind == JobKind::Build ? "@B" : "@") + std::to_string(number);
}

std::optional<StepReference> parse_step_reference(std::string_view text) {
  if (!text.starts_with('@')) return std::nullopt;
  text.remove_prefix(1);
  StepReference reference;
  if (text.starts_with('B') || text.starts_with('b')) {
    reference.kind = JobKind::Build;
    text.remove_prefix(1);
  }
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, reference.number);
  if (error != std::errc() || stop != end || reference.number == 0) return std::nullopt;
  return reference;
}

std::vector<Step> steps_of_session(const ReadTransaction& transaction, std::string_view session) {
  // Builds sort before runs because they come first in every pipeline.
  std::map<std::pair<bool, std::uint32_t>, std::vector<JobPlace>> by_step;
  for (const JobPlace& place : jobs_of_session(transaction, session)) {
    by_step[{place.kind == JobKind::Run, place.step}].push_back(place);
  }
  std::vector<Step> steps;
  for (const auto& [key, places] : by_step) steps.push_back(step_of(transaction, places));
  return steps;
}

namespace {

struct ReadJob {
  ObjectId id;
  Job job;
};

std::optional<ReadJob> standing_for(const ReadTransaction& transaction, std::string_view session,
                                    const StepReference& reference) {
  std::optional<ReadJob> found;
  for_each_read_job_of_step(transaction, session, reference.kind, reference.number,
                            [&](const JobPlace& place, Job& job) {
                              const bool success = job.exit.success();
                              if (success || !found) found = {place.job, std::move(job)};
                              return !success;
                            });
  return found;
}

}  // namespace

std::optional<ObjectId> job_of_step(const ReadTransaction& transaction, std::string_view session,
                                    const StepReference& reference) {
  const auto found = standing_for(transaction, session, reference);
  if (!found) return std::nullopt;
  return found->id;
}

std::optional<Job> read_job_of_step(const ReadTransaction& transaction, std::string_view session,
                                    const StepReference& reference) {
  auto found = standing_for(transaction, session, reference);
  if (!found) return std::nullopt;
  return std::move(found->job);
}

}  // namespace roar::plumbing
