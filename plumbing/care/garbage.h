#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace roar::plumbing {

// Files in a store's directory that are not the store's: what an interrupted command left, or
// somebody else.
struct Garbage {
  std::vector<std::filesystem::path> files;  // or directories, with all that is in them; sorted
  std::uint64_t bytes = 0;
};

Garbage garbage_in(const std::filesystem::path& store_directory);

}  // namespace roar::plumbing
