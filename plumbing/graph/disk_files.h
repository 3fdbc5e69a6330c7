#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "objects/base/file_stamp.h"
#include "objects/object_id.h"
#include "plumbing/workspace.h"

namespace roar {
class Cache;
}

namespace roar::plumbing {

// A file as it is on disk now.
struct FileNow {
  enum class State : std::uint8_t {
    Regular,
    Gone,
    Other,      // a directory, a device, ...
    Unreadable  // or it changes all the time
  };
  State state = State::Gone;
  std::uint64_t size = 0;
  std::string blake3;  // of a regular file; empty if its size alone answered the question

  // Whether it has this content, for which it was asked.
  bool has(const ObjectId& artifact) const noexcept { return content == artifact; }
  std::optional<ObjectId> content;  // the artifact of `blake3`
};

// What is on disk at many paths, found out at once: what has not changed since it was hashed last
// costs a stat(2) and a look into the cache. Files that must be hashed are, in parallel, and the
// cache remembers them.
class DiskFiles {
 public:
  // Neither is copied.
  DiskFiles(const Workspace& workspace, Cache& cache) : workspace_(workspace), cache_(cache) {}

  // Asks for a path in stored form, and whether it has a content of `size` bytes; the number of the
  // question, the same for the same path.
  std::size_t ask(std::string_view path, std::uint64_t size);
  // Whether it is there, and its size, is all that is of interest.
  std::size_t ask_existence(std::string_view path);

  // Answers all questions. To be called once, after the last one.
  void look();

  const FileNow& answer(std::size_t question) const { return files_.at(question).now; }

 private:
  struct File {
    std::string path;  // absolute
    std::vector<std::uint64_t> sizes;
    FileStamp stamp;
    FileNow now;
  };

  std::vector<std::size_t> stat_all();
  void hash(const std::vector<std::size_t>& unknown);

  const Workspace& workspace_;
  Cache& cache_;
  std::vector<File> files_;
  std::unordered_map<std::string, std::size_t> by_path_;
};

}  // namespace roar::plumbing
