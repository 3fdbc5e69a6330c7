#pragma once

#include <span>
#include <vector>

#include "objects/cache.h"
#include "objects/history.h"

namespace roar::plumbing {

// The artifacts and composites that have labels and whose tags what a job makes has to inherit, by
// the rule in roar-tag(1). A content counts wherever it lies and whatever it is called there: so a
// composite counts for each of its files, and its files for the composite.

// For all outputs: what the job read, the other files of directories that it read as one, and the
// composites that have any of these.
std::vector<ObjectId> tag_sources(const ReadTransaction& transaction, Cache& cache, const Job& job,
                                  std::span<const Edge> edges);

// For a composite that the job wrote: the files in it that it did not write, and the composites
// that have any of these.
std::vector<ObjectId> tag_sources_of_rest(const ReadTransaction& transaction, Cache& cache,
                                          const JobComposite& written, std::span<const Edge> edges);

// Whether an edge counts among the inputs or outputs that tags go by.
bool carries_tags(const Edge& edge, EdgeRole role) noexcept;

}  // namespace roar::plumbing
