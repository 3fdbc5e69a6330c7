#pragma once

#include <span>
#include <string>
#include <vector>

#include "objects/cache.h"
#include "objects/history.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Directories that the job's files say are data sets: stored form, sorted. Where no file has such a
// name this looks at the names and does nothing else.
std::vector<std::string> dataset_roots(std::span<const Edge> edges);

// Finds the composites that a job read and wrote, and adds them to it: of `declared` directories,
// which are absolute, whatever it costs; of those that dataset_roots() tells, if there is not much
// more in them than the job used, and the digests of all files are known from the job or the cache.
// What cannot be read is no composite.
void find_composites(const Workspace& workspace, std::span<const std::string> declared,
                     Cache& cache, NewJob& job);

}  // namespace roar::plumbing
