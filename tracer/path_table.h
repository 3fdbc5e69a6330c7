#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace roar::tracer {

using PathId = std::uint32_t;
inline constexpr PathId kNoPath = 0;  // the empty path

// Paths by number, each stored once: a job names the same few directories and files again and
// again.
class PathTable {
 public:
  PathTable();

  PathId intern(std::string_view path);
  // Valid as long as the table.
  std::string_view at(PathId id) const noexcept { return {entries_[id].data, entries_[id].length}; }
  // Ids are 0 to size() - 1.
  std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    const char* data;
    std::uint32_t length;
    std::uint32_t hash;
  };

  const char* stored(std::string_view path);
  void grow();

  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t chunk_left_ = 0;
  char* chunk_next_ = nullptr;
  std::vector<Entry> entries_;
  std::vector<PathId> slots_;  // open addressing; kNoPath is a free slot
};

// `path` made absolute by `directory` if it is not, and without empty and "." components. ".."
// stays: what it leads to depends on symbolic links.
std::string joined_path(std::string_view directory, std::string_view path);

// The same without "..", as if there were no symbolic links.
std::string lexically_normal(std::string_view absolute);

}  // namespace roar::tracer
