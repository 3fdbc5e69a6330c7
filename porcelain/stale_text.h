#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>

#include "objects/json.h"
#include "plumbing/dag.h"

// Which steps are stale, and why.

namespace roar::porcelain {

std::uint64_t stale_steps(const plumbing::Dag& dag);

// A line per step and reason, indented by two; of each step the first few reasons, of the steps
// `steps_max`. Says what it leaves out.
void print_stale(std::ostream& out, const plumbing::Dag& dag, std::size_t steps_max);

// A list of the reasons of one node.
json::Array reasons_json(const plumbing::DagNode& node);

// A list of the stale nodes: step and reasons.
json::Array stale_json(const plumbing::Dag& dag);

}  // namespace roar::porcelain
