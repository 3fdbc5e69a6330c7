#pragma once

#include <string_view>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/edge.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// Adds the edges of the jobs that ran inside the job `uid` since `started` (`roar run` in `roar
// run`), each marked `via` the inner job. Where the outer job has an edge for the same path and
// role, that one is marked. What an inner job read of an earlier one's outputs, or of the outer
// job's, is no input of the outer job.
void add_nested_edges(const ReadTransaction& transaction, std::string_view uid, Timestamp started,
                      std::vector<Edge>& edges);

}  // namespace roar::plumbing
