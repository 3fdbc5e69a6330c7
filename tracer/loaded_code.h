#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/file_stamp.h"

namespace roar::tracer {

// Remembers from job to job which files have system calls of their own (calls/inline_calls.h).
class CodeMemory {
 public:
  virtual ~CodeMemory() = default;
  // One entry per stamp, in the same order; nullopt where nothing is known of exactly this one.
  virtual std::vector<std::optional<bool>> find(std::span<const FileStamp> stamps) = 0;
  virtual void keep(std::span<const std::pair<FileStamp, bool>> known) = 0;
};

// The programs and libraries whose calls only the preload library has seen, and so not those that
// they make themselves.
class LoadedCode {
 public:
  void add(std::string_view path, const FileStamp& stamp);

  // Paths of those that have such calls, in order. Looks at the files as they are now: one that is
  // gone, or another by now, is left out. `memory` may be null.
  std::vector<std::string> with_inline_calls(CodeMemory* memory) const;

 private:
  std::map<std::string, FileStamp, std::less<>> files_;  // the last one of each path
};

}  // namespace roar::tracer
