#pragma once

#include <compare>
#include <cstdint>

#include "objects/base/timestamp.h"

struct stat;

namespace roar {

// What the file system says about one version of one file. Two equal stamps mean the same content,
// except within one tick of the file system's clock (see objects/stat_cache.h).
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;  // bytes
  Timestamp modified;      // mtime
  Timestamp changed;       // ctime: no program can set it back

  auto operator<=>(const FileStamp&) const = default;
};

FileStamp stamp_of(const struct stat& status) noexcept;

}  // namespace roar
