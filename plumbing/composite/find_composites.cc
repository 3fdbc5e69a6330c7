#include "plumbing/composite/find_composites.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "objects/base/error.h"
#include "plumbing/composite/earlier_composites.h"
#include "plumbing/composite/make_composite.h"
#include "plumbing/composite/read_directory.h"
#include "plumbing/composite/structure.h"

namespace roar::plumbing {
namespace {

// Of one job; a project with more of them has them one by one.
constexpr std::size_t kRootsMax = 64;
// A directory with more than this many names, and four times the files that the job used in it, is
// not looked through: that would cost every job there what only a few gain.
constexpr std::size_t kEntriesMin = 4096;
constexpr std::size_t kEntriesPerUsedFile = 4;

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Above the directories "key=value" of partitions.
std::string_view above_partitions(std::string_view directory) {
  while (!directory.empty()) {
    const std::string_view name = directory.substr(directory.rfind('/') + 1);
    if (name.find('=') == std::string_view::npos) break;
    directory = directory_of(directory);
  }
  return directory;
}

// The directory that a file's name says is a data set; empty if it says nothing.
std::string_view declared_by(std::string_view path) {
  const std::string_view directory = directory_of(path);
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name == ".zarray" || name == ".zgroup" || name == "zarr.json") return directory;
  if (name == "dataset_info.json" || name == "features.json") return directory;
  if (name == "info.json" && directory.ends_with("/meta")) return directory_of(directory);
  constexpr std::string_view kLance = ".lance/";
  const std::size_t lance = path.find(kLance);
  if (lance != std::string_view::npos) return path.substr(0, lance + kLance.size() - 1);
  return {};
}

bool is_shard(std::string_view path) {
  return path.ends_with(".tar") || path.ends_with(".parquet");
}

bool is_file(const Edge& edge) {
  return edge.path_class == PathClass::Data &&
         (edge.role == EdgeRole::Input || edge.role == EdgeRole::Output);
}

bool is_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

// Takes out what lies below another one.
void keep_outermost(std::set<std::string, std::less<>>& roots) {
  std::erase_if(roots, [&](const std::string& root) {
    for (std::string_view above = directory_of(root); !above.empty(); above = directory_of(above))
      if (roots.contains(above)) return true;
    return false;
  });
}

class CompositeFinder {
 public:
  CompositeFinder(const Workspace& workspace, Cache& cache, NewJob& job)
      : workspace_(workspace), cache_(cache), job_(job) {
    for (const Artifact& artifact : job.artifacts) artifacts_[object_id_of(artifact)] = &artifact;
    for (const Edge& edge : job.edges)
      if (edge.artifact && is_file(edge)) note(edge);
  }

  void find(const std::string& root, bool declared) {
    if (!seen_.insert(root).second) return;
    try {
      const std::filesystem::path directory = absolute_path(workspace_, root);
      auto files = components(directory, root, declared);
      if (files) add(root, *std::move(files), declared);
    } catch (const Error&) {
      return;  // it is gone, or not ours to read: its files are in the record, one by one
    }
  }

 private:
  void note(const Edge& edge) {
    const auto artifact = artifacts_.find(*edge.artifact);
    if (artifact == artifacts_.end() || artifact->second->is_claimed()) return;
    const auto [entry, is_new] = known_.try_emplace(edge.path, artifact->second);
    if (!is_new && edge.role == EdgeRole::Output) entry->second = artifact->second;
  }

  std::optional<std::vector<Component>> components(const std::filesystem::path& directory,
                                                   const std::string& root, bool declared) {
    std::vector<Component> found;
    std::vector<ListedFile> unknown;
    auto listed = declared ? std::optional(list_directory(directory))
                           : list_directory(directory, entries_max(root));
    if (!listed) return std::nullopt;
    std::vector<ListedFile>& files = *listed;
    const std::vector<bool> excluded = excluded_of(files);
    for (std::size_t i = 0; i < files.size(); ++i) {
      ListedFile& file = files[i];
      const auto known = known_.find(root + '/' + file.path);
      if (!file.target.empty()) {
        found.push_back(component_of_link(std::move(file.path), file.target));
      } else if (known != known_.end() && known->second->size == file.stamp.size) {
        found.push_back({.path = std::move(file.path),
                         .algorithm = "blake3",
                         .digest = known->second->blake3,
                         .size = file.stamp.size});
      } else if (excluded[i]) {
        found.push_back({.path = std::move(file.path), .algorithm = "blake3", .digest = {}});
      } else {
        unknown.push_back(std::move(file));
      }
    }
    if (!declared && !are_cached(unknown)) return std::nullopt;
    for (Component& one :
         hash_directory(directory, std::move(unknown), Algorithm::Blake3, cache_, {}))
      found.push_back(std::move(one));
    return found;
  }

  std::size_t entries_max(const std::string& root) const {
    const auto used = std::ranges::count_if(
        job_.edges, [&](const Edge& edge) { return is_file(edge) && is_below(edge.path, root); });
    return kEntriesMin + kEntriesPerUsedFile * static_cast<std::size_t>(used);
  }

  // What is no part of the structure needs no digest: it will not be a component.
  static std::vector<bool> excluded_of(const std::vector<ListedFile>& files) {
    std::vector<std::string_view> paths;
    for (const ListedFile& file : files) paths.push_back(file.path);
    std::vector<bool> excluded(files.size());
    for (const std::size_t i : structure_with_nested(paths).excluded) excluded[i] = true;
    return excluded;
  }

  bool are_cached(const std::vector<ListedFile>& files) const {
    std::vector<FileStamp> stamps;
    for (const ListedFile& file : files) stamps.push_back(file.stamp);
    const auto entries = cache_.find(stamps);
    return std::ranges::all_of(entries, [](const std::optional<CacheEntry>& entry) {
      return entry && std::ranges::find(entry->digests, Algorithm::Blake3,
                                        &CachedDigest::algorithm) != entry->digests.end();
    });
  }

  void add(const std::string& root, std::vector<Component> files, bool declared) {
    std::vector<CompositeObject> objects;
    EarlierComposites earlier(cache_, root);
    const auto collect = [&](ObjectType type, std::string_view payload, std::string_view within) {
      const ObjectId id = object_id_of(type, payload);
      if (!stored_.contains(id))
        objects.push_back(
            {.type = type, .payload = std::string(payload), .earlier = earlier.at(within)});
      return id;
    };
    const MadeComposite made = make_composite(std::move(files), Membership::Structure, collect);
    constexpr std::uint64_t kFilesMin = 2;
    const bool is_dataset = !made.composite.structure.empty() && made.composite.files >= kFilesMin;
    if (!declared && !is_dataset) return;
    earlier.remember(made);
    for (CompositeObject& object : objects)
      if (stored_.insert(object_id_of(object.type, object.payload)).second)
        job_.composite_objects.push_back(std::move(object));
    const bool written = std::ranges::any_of(job_.edges, [&](const Edge& edge) {
      return edge.role == EdgeRole::Output && is_below(edge.path, root);
    });
    job_.job.composites.push_back(
        {.path = root, .role = written ? EdgeRole::Output : EdgeRole::Input, .composite = made.id});
  }

  const Workspace& workspace_;
  Cache& cache_;
  NewJob& job_;
  std::unordered_map<ObjectId, const Artifact*> artifacts_;
  std::unordered_map<std::string, const Artifact*> known_;
  std::unordered_set<ObjectId> stored_;
  std::set<std::string> seen_;
};

}  // namespace

std::vector<std::string> dataset_roots(std::span<const Edge> edges) {
  std::set<std::string, std::less<>> roots;
  std::map<std::string_view, int> shards;
  for (const Edge& edge : edges) {
    if (!is_file(edge)) continue;
    if (const std::string_view root = declared_by(edge.path); !root.empty()) roots.emplace(root);
    if (is_shard(edge.path)) ++shards[above_partitions(directory_of(edge.path))];
  }
  keep_outermost(roots);
  for (const auto& counted : shards) {
    const std::string_view root = counted.first;
    if (root.empty() || counted.second < 2) continue;
    const bool touches = std::ranges::any_of(roots, [&](const std::string& other) {
      return other == root || is_below(other, root) || is_below(root, other);
    });
    if (!touches) roots.emplace(root);
  }
  keep_outermost(roots);
  return {roots.begin(), roots.end()};
}

void find_composites(const Workspace& workspace, std::span<const std::string> declared,
                     Cache& cache, NewJob& job) {
  const std::vector<std::string> roots = dataset_roots(job.edges);
  if (roots.empty() && declared.empty()) return;
  CompositeFinder finder(workspace, cache, job);
  for (const std::string& directory : declared)
    finder.find(stored_path(workspace, directory), true);
  for (std::size_t i = 0; i < std::min(roots.size(), kRootsMax); ++i) finder.find(roots[i], false);
  std::ranges::sort(job.job.composites, {}, &JobComposite::path);
}

}  // namespace roar::plumbing
