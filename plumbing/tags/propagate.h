#pragma once

#include "objects/cache.h"
#include "objects/history.h"

namespace roar::plumbing {

// Gives what a job made, files and composites, the tags of tag_sources(), but for those that the
// job blocks, and the tags that it adds; in the transaction that appended it. A source's tag is
// inherited if it is bound, or if a job of this session brought it. Files without a byte carry no
// tags on: all of them are one artifact. Costs one look-up of a ref for each input and composite,
// and nothing else unless one of them is tagged.
void propagate_tags(WriteTransaction& transaction, Cache& cache, const NewJob& job,
                    const AppendedJob& appended);

// Whether a job of this uid is in the session.
bool is_job_of_session(const ReadTransaction& transaction, const std::string& uid,
                       const std::string& session);

}  // namespace roar::plumbing
