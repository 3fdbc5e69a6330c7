#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "plumbing/graph/upstream.h"

namespace roar::plumbing {

struct LineageFile {
  UpstreamFile file;
  std::vector<DigestRecord> digests;  // BLAKE3 first; none if the content is not known
};

struct LineageJob {
  JobSummary summary;
  std::vector<LineageFile> inputs;   // data, and code if it is asked for
  std::vector<LineageFile> outputs;  // shown ones
  bool cut = false;  // it is as far away as was asked for; its inputs' makers are not there
};

// The target and the jobs that it came from, the nearest first, each once.
struct LineageView {
  LineageTarget target;
  std::vector<DigestRecord> digests;  // of the target, if it is an artifact
  std::uint64_t size = 0;             // the same
  std::vector<LineageJob> jobs;

  // Null if the job is not there.
  const LineageJob* find(const ObjectId& job) const;
};

struct LineageViewQuery {
  std::optional<std::uint64_t> depth;  // how many jobs away: 1 is the job that made the target
  bool code = false;                   // code that was read as well as data
};

LineageView lineage_view(const ReadTransaction& transaction, LineageTarget target,
                         const LineageViewQuery& query);

}  // namespace roar::plumbing
