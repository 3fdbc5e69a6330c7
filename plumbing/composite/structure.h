#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roar::plumbing {

// What a directory is, by the paths in it alone (docs/formats/composite.md): "lerobot", "zarr",
// "lance", "rlds", "webdataset", "parquet-shards", "nested"; empty if nothing says so.
struct Structure {
  std::string name;
  std::vector<std::size_t> excluded;  // positions of paths that are no part of it, in order
  std::vector<std::string> nested;    // of "nested": the directories that are composites, sorted
};

// `paths` are relative to the directory, in any order. What is excluded is part of how composites
// are named: it must not change.
Structure structure_of(std::span<const std::string_view> paths);
// The same, where two or more directories at the top that are datasets on their own make it
// "nested". Loose files beside them are excluded then.
Structure structure_with_nested(std::span<const std::string_view> paths);

}  // namespace roar::plumbing
