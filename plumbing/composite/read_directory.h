#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "objects/cache.h"
#include "objects/component.h"
#include "objects/hash.h"
#include "plumbing/progress.h"

namespace roar::plumbing {

// A file or a symbolic link below a directory.
struct ListedFile {
  std::string path;    // relative to the directory
  std::string target;  // of a symbolic link; else empty
  FileStamp stamp;     // of a file
};

// All files and symbolic links below the directory, by path. Links are not followed; what is no
// file, and directories named .git and .roar, are left out. Throws Errc::NotFound or Errc::Io.
std::vector<ListedFile> list_directory(const std::filesystem::path& directory);
// The same; nullopt, and no more is looked at, as soon as there are more than `entries_max` names
// below it, those of directories and of what is left out included.
std::optional<std::vector<ListedFile>> list_directory(const std::filesystem::path& directory,
                                                      std::size_t entries_max);

// The same as components, with digests from the cache where it knows them, else by reading. The
// digest of a link is the BLAKE3 of its target. `progress` may be empty. Throws Errc::Io for a file
// that cannot be read.
std::vector<Component> hash_directory(const std::filesystem::path& directory,
                                      std::vector<ListedFile> files, Algorithm algorithm,
                                      Cache& cache,
                                      const std::function<void(const Amount&)>& progress);

// The component that a link is.
Component component_of_link(std::string path, const std::string& target);

}  // namespace roar::plumbing
