#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plumbing/graph/upstream.h"

namespace roar::plumbing {

// Which inputs are asked for.
struct InputsQuery {
  enum class Reach : std::uint8_t {
    Roots,   // where it all began: made by no recorded job, or by one that read nothing
    Direct,  // what the target's own jobs read
    All      // and whatever was read on the way there
  };
  Reach reach = Reach::Roots;
  std::optional<bool> sourced;  // only those that a recorded job made, or only the others
  bool code = false;            // code as well as data
};

// One content at one path.
struct LineageInput {
  std::string path;  // stored form
  ObjectId artifact;
  std::uint64_t size = 0;
  PathClass path_class = PathClass::Data;
  std::vector<DigestRecord> digests;   // BLAKE3 first
  std::optional<JobSummary> producer;  // none: no recorded job made it
};

// By path. Takes time in proportion to the files of the jobs that the target comes from.
std::vector<LineageInput> inputs_of(const ReadTransaction& transaction, const LineageTarget& target,
                                    const InputsQuery& query);

}  // namespace roar::plumbing
