#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

// The newest version of the source that any job read before `until`; nullopt if `path` is no
// compiled module, or if nothing is known of its source.
std::optional<BytecodeSource> bytecode_source(const ReadTransaction& transaction,
                                              std::string_view path, Timestamp until);

}  // namespace roar::plumbing
