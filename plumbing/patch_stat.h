#pragma once

#include <cstdint>
#include <string_view>

namespace roar::plumbing {

// As `git apply --stat` counts: lines of binary files do not count.
struct PatchStat {
  std::uint64_t files = 0;
  std::uint64_t insertions = 0;
  std::uint64_t deletions = 0;
};

// Throws Errc::Io for what is no patch of git's.
PatchStat patch_stat(std::string_view patch);

}  // namespace roar::plumbing
