#pragma once

#include <span>
#include <string_view>

#include "objects/job.h"
#include "objects/transaction.h"

// Composites of jobs are found by their digest as long as the jobs are: their refs follow the
// sessions. Refs that somebody else has put there, by hand or from a bundle, are left alone.

namespace roar {

// Has the composites of jobs that are in a session now found by their digest.
void keep_composites_of(WriteTransaction& transaction, std::span<const Job> jobs, Timestamp when);

// The jobs are in no session any more: removes the refs of composites that only they had, with the
// tags that these have inherited, or puts them back at what they were at before. Composites that
// somebody has labelled stay. Reads every job, if there is such a composite.
void release_composites_of(WriteTransaction& transaction, std::span<const Job> jobs, Timestamp when,
                           std::string_view reason);

}  // namespace roar
