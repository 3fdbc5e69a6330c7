#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "objects/artifact.h"
#include "objects/cache.h"
#include "objects/digest_record.h"
#include "objects/hash.h"
#include "plumbing/observed_edges.h"
#include "plumbing/record_job.h"

namespace roar::plumbing {

struct EdgeContents {
  std::vector<Artifact> artifacts;    // of the edges; each once
  std::vector<DigestRecord> digests;  // further digests of them
  std::uint64_t hashed_files = 0;
  std::uint64_t hashed_bytes = 0;
};

// Finds the content of every input and output: from the cache where its stamp is known, else by
// reading the file. Fills in the edges' artifact, size, `unchanged` and `missing`. Outputs get all
// digests of `shown`, inputs BLAKE3 and what the cache knows.
EdgeContents find_contents(const Workspace& workspace, ObservedEdges& observed,
                           std::span<const Algorithm> shown, Cache& cache,
                           const RecordControl& control);

}  // namespace roar::plumbing
