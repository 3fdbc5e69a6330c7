#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace roar::plumbing {

struct Recovered {
  std::string generation;
  std::uint64_t objects = 0;            // in the new generation
  std::uint64_t filled = 0;             // of them from elsewhere
  std::vector<std::string> lost;        // ids of objects that are not to be had
  std::vector<std::string> refs_lost;   // names
  std::vector<std::string> refs_moved;  // to an earlier object of their log
};

// Makes a store anew of what can be read of a damaged one (recover_store), in a child process. What
// is missing is looked for in `sources`: directories of stores, such as backups, bundles and packs.
// Throws Errc::NotFound if one of these is not there, and as recover_store does.
Recovered recover(const std::filesystem::path& store_directory,
                  const std::vector<std::filesystem::path>& sources);

}  // namespace roar::plumbing
