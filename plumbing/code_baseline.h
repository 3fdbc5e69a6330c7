#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hooks/git.h"
#include "objects/base/timestamp.h"

namespace roar::plumbing {

// The code as it was before a job: with it, what the job read can be compared with the commit.
// Paths are absolute; the lists are sorted.
struct CodeBaseline {
  hooks::GitRepository repository;
  Timestamp taken;                   // by the clock of file stamps; files may have changed since
  std::vector<std::string> changed;  // tracked files that were not as in the commit
  std::vector<std::string> untracked_code;
  std::vector<std::string> patched;  // those whose change is in the kept patch
  bool keep = false;                 // keep as blobs what commit and patch do not have
  std::uint64_t limit = 0;           // bytes of all such blobs together
};

}  // namespace roar::plumbing
