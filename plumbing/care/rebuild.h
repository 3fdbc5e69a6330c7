#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "objects/rebuild.h"

namespace roar::plumbing {

struct RebuiltStore {
  RebuildReport report;
  std::vector<std::string> unreadable;  // what could not be indexed, and why; one line each
};

// rebuild_store in a child process, because LMDB crashes on some damaged files. Throws as it does,
// and Errc::Corrupt if the child crashed; then the store is as it was.
RebuiltStore rebuild_in_child(const std::filesystem::path& store_directory, Rebuild how);

// The same for copy_store, which takes away what it has made if it fails, and format_of_store.
void copy_in_child(const std::filesystem::path& store_directory, const std::filesystem::path& to);
int format_in_child(const std::filesystem::path& store_directory);

}  // namespace roar::plumbing
