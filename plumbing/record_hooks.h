#pragma once

#include <optional>
#include <string>

#include "objects/history.h"
#include "objects/label_value.h"
#include "plumbing/user_hooks.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Which variable tells the hook pre-record where to write labels.
inline constexpr const char* kLabelsVariable = "ROAR_LABELS";

// What the hook pre-record says of a job; nothing if it is not there.
struct RecordVerdict {
  std::optional<std::string> refusal;  // why it does not want the job to be recorded
  LabelDocument labels;                // that the job is to be born with: NewJob::labels
  std::string problem;                 // why what it wrote is not taken; empty if it is
};
RecordVerdict verdict_on_job(const Workspace& workspace, const UserHooks& hooks, const NewJob& job);

// Tells the hook post-record of a job that is in the store. Returns what went wrong with it.
std::optional<std::string> tell_of_job(const UserHooks& hooks, const AppendedJob& appended);

}  // namespace roar::plumbing
