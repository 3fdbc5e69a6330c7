#include "plumbing/composite/structure.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace roar::plumbing {
namespace {

// In every repository, never data.
constexpr std::array<std::string_view, 5> kBoilerplate{".gitattributes", ".gitignore", "README.md",
                                                       "LICENSE", ".DS_Store"};

std::string_view name_in(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_boilerplate(std::string_view path) {
  return std::ranges::find(kBoilerplate, name_in(path)) != kBoilerplate.end();
}

// The path itself, or the end of it after a slash.
bool is_or_ends_in(std::string_view path, std::string_view name) {
  if (!path.ends_with(name)) return false;
  return path.size() == name.size() || path[path.size() - name.size() - 1] == '/';
}

bool is_of_lerobot(std::string_view path) {
  return path.starts_with("meta/") || path.starts_with("data/") || path.starts_with("videos/");
}

bool is_mark_of_zarr(std::string_view path) {
  const std::string_view name = name_in(path);
  return name == ".zarray" || name == ".zgroup" || name == "zarr.json";
}

bool is_mark_of_lance(std::string_view path) {
  return path.ends_with(".lance") || path.find(".lance/") != std::string_view::npos ||
         is_or_ends_in(path, "_versions") || path.starts_with("_versions/") ||
         path.find("/_versions/") != std::string_view::npos;
}

// What was seen among the paths that are not boilerplate.
struct Seen {
  std::size_t paths = 0;
  std::size_t tars = 0;
  std::size_t parquets = 0;
  bool lerobot_info = false;
  bool lerobot_chunk = false;
  bool zarr = false;
  bool lance = false;
  bool dataset_info = false;
  bool features = false;

  void add(std::string_view path) {
    ++paths;
    if (path.ends_with(".tar")) ++tars;
    if (path.ends_with(".parquet")) ++parquets;
    lerobot_info = lerobot_info || is_or_ends_in(path, "meta/info.json");
    lerobot_chunk = lerobot_chunk || path.starts_with("data/chunk-");
    zarr = zarr || is_mark_of_zarr(path);
    lance = lance || is_mark_of_lance(path);
    dataset_info = dataset_info || is_or_ends_in(path, "dataset_info.json");
    features = features || is_or_ends_in(path, "features.json");
  }

  std::string_view structure() const {
    if (lerobot_info && lerobot_chunk) return "lerobot";
    if (zarr) return "zarr";
    if (lance) return "lance";
    if (dataset_info && features) return "rlds";
    if (tars >= 2 && tars == paths) return "webdataset";
    return parquets >= 2 ? "parquet-shards" : "";
  }
};

bool is_excluded(std::string_view structure, std::string_view path) {
  if (is_boilerplate(path)) return true;
  if (structure == "lerobot") return !is_of_lerobot(path);
  return structure == "parquet-shards" && !path.ends_with(".parquet");
}

// Structures that say so themselves. Directories of shards may be the parts of one dataset.
bool is_nestable(std::string_view structure) {
  return structure == "lerobot" || structure == "zarr" || structure == "lance" ||
         structure == "rlds";
}

}  // namespace

Structure structure_of(std::span<const std::string_view> paths) {
  Seen seen;
  for (const std::string_view path : paths)
    if (!is_boilerplate(path)) seen.add(path);
  Structure structure{.name = std::string(seen.structure()), .excluded = {}, .nested = {}};
  for (std::size_t i = 0; i < paths.size(); ++i)
    if (is_excluded(structure.name, paths[i])) structure.excluded.push_back(i);
  return structure;
}

Structure structure_with_nested(std::span<const std::string_view> paths) {
  std::map<std::string_view, Seen> tops;
  for (const std::string_view path : paths) {
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos || is_boilerplate(path)) continue;
    tops[path.substr(0, slash)].add(path.substr(slash + 1));
  }
  Structure nested{.name = "nested", .excluded = {}, .nested = {}};
  for (const auto& [top, seen] : tops)
    if (is_nestable(seen.structure())) nested.nested.emplace_back(top);
  if (nested.nested.size() < 2) return structure_of(paths);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const std::size_t slash = paths[i].find('/');
    const bool is_inside =
        slash != std::string_view::npos &&
        std::ranges::binary_search(nested.nested, paths[i].substr(0, slash), std::less<>());
    if (!is_inside) nested.excluded.push_back(i);
  }
  return nested;
}

}  // namespace roar::plumbing
