#include "plumbing/dataset/dataset_root.h"

#include <algorithm>
#include <vector>

#include "plumbing/dataset/path_hints.h"

namespace roar::plumbing {
namespace {

// Nothing is above these.
bool is_top(std::string_view directory) {
  return directory_of(directory).empty();
}

// A directory that stands below a format's own one.
bool is_inside_container(std::string_view directory) {
  const std::string name = lower_case(file_name_of(directory));
  if (name == "_versions" || name == "_transactions") return true;
  return name == "data" && lower_case(directory_of(directory)).ends_with(".lance");
}

bool is_day_below(std::string_view directory) {
  const std::string_view month = directory_of(directory);
  const std::string_view year = directory_of(month);
  return is_calendar_day(file_name_of(year), file_name_of(month), file_name_of(directory));
}

}  // namespace

DatasetRoot dataset_root_of(std::string_view directory, bool holds_class) {
  DatasetRoot root{.path = directory};
  if (directory.empty() || directory == "/") return {};
  const auto may_go_up = [&] { return !is_top(root.path); };
  const auto go_up = [&] { root.path = directory_of(root.path); };
  if (may_go_up() && is_inside_container(root.path)) {
    go_up();
    root.is_container = true;
  }
  if (may_go_up() && is_recording(file_name_of(root.path))) go_up();
  if (may_go_up() && holds_class) {
    go_up();
    root.has_classes = true;
  }
  if (may_go_up() && !split_of_directory(file_name_of(root.path)).empty()) go_up();
  while (may_go_up() && is_partition(file_name_of(root.path))) {
    go_up();
    root.is_partitioned = true;
  }
  if (is_day_below(root.path)) {
    const std::string_view above = directory_of(directory_of(directory_of(root.path)));
    if (!above.empty()) {
      root.path = above;
      root.is_partitioned = true;
    }
  }
  return root;
}

PathClues clues_of(std::string_view directory, std::string_view root) {
  PathClues clues;
  const std::vector<std::string_view> segments = path_segments(directory);
  const std::size_t below = path_segments(root).size();
  // What leads to the data set from far above says nothing of it: "/home/dev/project/...".
  constexpr std::size_t kOfRoot = 2;
  constexpr std::size_t kVolatileSegments = 6;
  constexpr std::size_t kTop = 2;
  for (std::size_t i = below - std::min(below, kOfRoot); i < segments.size(); ++i) {
    const std::string_view split = split_of_directory(segments[i]);
    if (!split.empty()) clues.split = split;
    std::string version = version_in(segments[i]);
    if (is_recording(segments[i])) clues.recordings.insert(lower_case(segments[i]));
    if (version.empty()) continue;
    if (i < below) {
      clues.version_of_root = std::move(version);
    } else {
      clues.versions.insert(std::move(version));
    }
  }
  const bool is_inside = !directory.starts_with('/');
  std::size_t first = segments.size() - std::min(segments.size(), kVolatileSegments);
  if (!is_inside) first = std::max(first, kTop);
  for (std::size_t i = first; i < segments.size(); ++i)
    clues.is_volatile = clues.is_volatile || is_volatile(segments[i]);
  return clues;
}

}  // namespace roar::plumbing
