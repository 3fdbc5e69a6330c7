#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/history.h"

namespace roar::plumbing {

// A node of a session's DAG with all its executions.
struct Step {
  JobKind kind = JobKind::Run;
  std::uint32_t number = 0;
  std::string name;            // may be empty
  ObjectId job;                // stands for the step: its latest successful job, else its latest
  std::vector<ObjectId> jobs;  // oldest first
};

// "@3", "@B1".
std::string step_reference(JobKind kind, std::uint32_t number);

struct StepReference {
  JobKind kind = JobKind::Run;
  std::uint32_t number = 0;
};
// Nullopt if `text` is not of the form @N or @BN; "b" is accepted for "B".
std::optional<StepReference> parse_step_reference(std::string_view text);

// Of one session, build steps first, then by number.
std::vector<Step> steps_of_session(const ReadTransaction& transaction, std::string_view session);

// The job that stands for a step, found from the newest execution back; nullopt if the session has
// no such step.
std::optional<ObjectId> job_of_step(const ReadTransaction& transaction, std::string_view session,
                                    const StepReference& reference);

// The same, as it had to be read.
std::optional<Job> read_job_of_step(const ReadTransaction& transaction, std::string_view session,
                                    const StepReference& reference);

}  // namespace roar::plumbing
