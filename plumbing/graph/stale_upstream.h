#pragma once

#include "plumbing/dag.h"

namespace roar::plumbing {

// Makes the nodes stale that depend, over any number of others, on one that is stale for another
// reason than its outputs; their reasons name the steps that they depend on themselves.
void find_stale_upstream(Dag& dag);

}  // namespace roar::plumbing
