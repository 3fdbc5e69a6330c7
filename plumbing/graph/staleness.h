#pragma once

#include "plumbing/dag.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Sets which nodes are stale, and why: what would a new run of the step find other than its job
// did? Of each file that it read (data and code; of the system, programs, libraries and packages)
// it would find what is on disk now, by content and not by time; of the project's variables, what
// is set now; of steps that it depends on, what they make anew. Files of whose content nothing is
// known, and those that the step or a later one overwrote on purpose, are no reason. A result that
// somebody else changed or took away makes its own step stale, but by itself none after it.
//
// Files that are not in the cache as they are now are read and hashed.
// `edges` are those that the DAG was made from.
void find_stale(EdgeTable& edges, const Workspace& workspace, Dag& dag);

}  // namespace roar::plumbing
