#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "objects/history.h"

namespace roar::plumbing {

// What a compiled Python module stands for. Python reads the source only where there is no compiled
// module of it yet, so a job that read "m/__pycache__/a.cpython-311.pyc" ran what "m/a.py" said
// when some job before it compiled that.
struct BytecodeSource {
  std::string path;  // stored form
  ObjectId artifact;
  std::uint64_t size = 0;
};

// Finds sources, for many jobs: of each module the index is asked once. Must not outlive the
// transaction.
class BytecodeSources {
 public:
  explicit BytecodeSources(const ReadTransaction& transaction) : transaction_(transaction) {}

  // The newest version of the source that any job used that was started by `until`; null if `path`
  // is no compiled module, or if nothing is known of its source. Valid as long as this is.
  const BytecodeSource* find(std::string_view path, Timestamp until);

 private:
  // A use of the source whose content is known.
  struct Use {
    std::uint64_t job = 0;
    std::uint64_t artifact = 0;
    std::optional<Timestamp> started;   // once it was asked for
    std::optional<Timestamp> earliest;  // of this use and later ones; likewise
  };
  struct Source {
    std::string path;                                            // empty: it is no compiled module
    std::vector<Use> uses;                                       // oldest first
    bool arranged = false;                                       // `earliest` is known of all
    std::unordered_map<std::uint64_t, BytecodeSource> versions;  // by artifact
  };

  Source& source(std::string_view path);
  const BytecodeSource& version(Source& source, std::uint64_t artifact);
  Timestamp started(Use& use) const;
  void arrange(Source& source) const;

  const ReadTransaction& transaction_;
  std::unordered_map<std::string, Source> sources_;  // by path of the compiled module
};

}  // namespace roar::plumbing
