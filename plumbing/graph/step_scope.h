#pragma once

#include <optional>
#include <string_view>

#include "plumbing/dag.h"
#include "plumbing/graph/edge_table.h"
#include "plumbing/steps.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// The part of the session's DAG that decides whether a step, and what it comes from, is stale.
// Found from the step back, so that it costs what it leads to and not what the session holds;
// nullopt if that is so much that the whole DAG is as well.
std::optional<StepScope> scope_of_step(EdgeTable& edges, const Workspace& workspace,
                                       std::string_view session, const StepReference& step);

}  // namespace roar::plumbing
