#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace roar::plumbing {

// Why the directory above a file is not the data set's, but one above it.
struct DatasetRoot {
  std::string_view path;      // stored form; empty: none
  bool is_container = false;  // what is inside belongs to a format: "x.lance/_versions"
  bool is_partitioned = false;
  bool has_classes = false;
};

// The directory of the data set that files in `directory` would be of: above the insides of a
// container, recordings, classes, splits and partitions, but never the project's root nor "/".
// `holds_class` says whether the directory is one of several that hold the files of one class each.
DatasetRoot dataset_root_of(std::string_view directory, bool holds_class);

// What the names say that lead to a file, all but its own: its split, its versions, and whether it
// comes and goes. `root` is the data set's directory, or empty.
struct PathClues {
  std::string_view split;
  std::string version_of_root;     // the deepest
  std::set<std::string> versions;  // of directories below it
  std::set<std::string> recordings;
  bool is_volatile = false;
};
PathClues clues_of(std::string_view directory, std::string_view root);

}  // namespace roar::plumbing
