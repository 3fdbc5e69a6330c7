#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "plumbing/dag.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// In what the variables that a job recorded differ from those that the project sets now. Of the
// recorded ones only the project's are for all jobs; others count for nothing.
class StaleVariables {
 public:
  // `workspace` is not copied.
  explicit StaleVariables(const Workspace& workspace) : workspace_(workspace) {}

  // Valid until the next call. Asked for the same variables in a row, it answers at once.
  const std::vector<StaleReason>& reasons(const std::shared_ptr<const JobVariables>& then);

 private:
  const JobVariables& variables_now();

  const Workspace& workspace_;
  std::optional<JobVariables> now_;
  std::shared_ptr<const JobVariables> asked_;
  std::vector<StaleReason> reasons_;
};

}  // namespace roar::plumbing
