#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tracer/path_table.h"

namespace roar::tracer {

// Hash and equality for looking up strings without making one.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept {
    return std::hash<std::string_view>{}(text);
  }
};

// What a path is called by the kernel, after the job. Remembers what each directory resolves to, so
// that a file costs one lstat(2): use a new resolver when the file system may have changed.
class PathResolver {
 public:
  struct Resolved {
    std::string path;  // absolute, no symbolic links, "." or ".."; as far as they still exist
    bool exists = false;
    struct ::stat status {};  // if it exists
  };

  // `absolute` is as joined_path() makes it. `follow` says whether a symbolic link in the last
  // component is followed.
  Resolved resolve(std::string_view absolute, bool follow);

  // The path alone, without a look at the last component, which is not followed.
  std::string name_of(std::string_view absolute);

 private:
  Resolved resolve(std::string_view absolute, bool follow, int depth);
  const std::string& directory(std::string_view absolute, int depth);

  std::unordered_map<std::string, std::string, StringHash, std::equal_to<>> directories_;
};

// The directories that the job renamed, in order. A path that was used before a rename is found
// under another name after it.
class DirectoryMoves {
 public:
  // How many moves there are so far: what a path is used at.
  std::uint32_t epoch() const noexcept { return static_cast<std::uint32_t>(moves_.size()); }
  void add(std::string from, std::string to);
  // Two directories changed places.
  void add_exchange(const std::string& one, const std::string& other);

  // What a path used at `epoch` is called after the moves since.
  std::string current(std::string_view path, std::uint32_t epoch) const;

  struct Move {
    std::string from;
    std::string to;
    bool swaps_with_next;  // the first half of an exchange; what it moved, the second must not
  };
  const std::vector<Move>& moves() const noexcept { return moves_; }

 private:
  std::vector<Move> moves_;
  // For each `from`, the numbers of its moves, ascending.
  std::unordered_map<std::string, std::vector<std::uint32_t>, StringHash, std::equal_to<>> by_from_;
};

}  // namespace roar::tracer
