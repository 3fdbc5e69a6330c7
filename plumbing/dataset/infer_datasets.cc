#include "plumbing/dataset/infer_datasets.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "plumbing/dataset/dataset_root.h"
#include "plumbing/dataset/dataset_score.h"
#include "plumbing/dataset/path_hints.h"

namespace roar::plumbing {
namespace {

struct Candidate {
  std::string path;  // stored form
  DatasetSigns signs;
  std::vector<std::size_t> files;
  std::set<std::string_view> splits;
  std::set<std::string> versions;
  std::string version_of_root;
  bool is_written = false;
  std::optional<std::size_t> whole;
};

// What all files of one directory have in common.
struct Directory {
  Candidate* candidate = nullptr;  // null: they are of no data set
  PathClues clues;
};

bool is_one_of_classes(std::string_view modality) {
  return modality == "image" || modality == "audio" || modality == "video";
}

std::string id_of(const DatasetClues& clues, const std::string& path) {
  if (path.empty()) return dataset_file_url(clues.project);
  return dataset_file_url(path.starts_with('/') ? path : clues.project + '/' + path);
}

std::string only_one(const auto& set) {
  return set.size() == 1 ? std::string(*set.begin()) : std::string();
}

class DatasetInference {
 public:
  explicit DatasetInference(const DatasetClues& clues) : clues_(clues) {}

  std::vector<InferredDataset> infer() {
    note_class_folders();
    note_known_roots();
    for (std::size_t i = 0; i < clues_.files.size(); ++i) add_file(i);
    add_nearby();
    std::vector<InferredDataset> found;
    for (auto& [path, entry] : candidates_) accept(entry, found);
    for (const DatasetArgument& url : clues_.urls) accept_url(url, found);
    std::ranges::sort(found, [](const InferredDataset& a, const InferredDataset& b) {
      return std::tie(b.dataset.confidence, a.dataset.id) <
             std::tie(a.dataset.confidence, b.dataset.id);
    });
    return found;
  }

 private:
  void note_media(std::string_view path) {
    if (!is_one_of_classes(format_of(file_name_of(path)).modality)) return;
    const std::string_view directory = directory_of(path);
    if (media_.insert(directory).second) ++media_below_[directory_of(directory)];
  }

  void note_class_folders() {
    for (const DatasetFile& file : clues_.files) note_media(file.path);
    for (const std::string& path : clues_.nearby) note_media(path);
  }

  bool holds_class(std::string_view directory) const {
    if (!media_.contains(directory)) return false;
    if (!split_of_directory(file_name_of(directory)).empty()) return false;
    const std::string_view above = directory_of(directory);
    if (!split_of_directory(file_name_of(above)).empty()) return true;
    return media_below_.at(above) >= 2;
  }

  Candidate& candidate(std::string_view path) {
    const auto [entry, is_new] = candidates_.try_emplace(std::string(path));
    if (is_new) {
      entry->second.path = path;
      entry->second.version_of_root = clues_of(path, path).version_of_root;
    }
    return entry->second;
  }

  void note_known_roots() {
    for (std::size_t i = 0; i < clues_.whole.size(); ++i) {
      const WholeDataset& whole = clues_.whole[i];
      Candidate& entry = candidate(whole.path);
      entry.whole = i;
      entry.is_written = whole.role == EdgeRole::Output;
      entry.signs.is_whole = !whole.is_declared;
      entry.signs.is_declared = whole.is_declared;
      known_roots_[whole.path] = whole.path;
    }
    for (const std::string& named : clues_.directories) {
      if (named.empty() || named == "/") continue;
      const std::string* const above = known_root_of(named);
      const bool is_whole = above != nullptr && candidate(*above).whole;
      const std::string root(is_whole ? *above : dataset_root_of(named, false).path);
      candidate(root).signs.is_named = true;
      known_roots_.emplace(named, root);
    }
  }

  // What is whole or named, and has the directory in it: the innermost.
  const std::string* known_root_of(std::string_view directory) const {
    if (known_roots_.empty()) return nullptr;
    for (std::string_view one = directory; !one.empty(); one = directory_of(one)) {
      const auto found = known_roots_.find(one);
      if (found != known_roots_.end()) return &found->second;
    }
    if (directory.starts_with('/')) return nullptr;
    const auto project = known_roots_.find("");
    return project == known_roots_.end() ? nullptr : &project->second;
  }

  const Directory& directory(std::string_view path) {
    const auto [entry, is_new] = directories_.try_emplace(path);
    Directory& known = entry->second;
    if (!is_new) return known;
    DatasetRoot root;
    if (const std::string* const found = known_root_of(path)) {
      root.path = *found;
    } else {
      root = dataset_root_of(path, holds_class(path));
    }
    if (root.path.empty() && !candidates_.contains("")) return known;
    known.candidate = &candidate(root.path);
    known.clues = clues_of(path, root.path);
    DatasetSigns& signs = known.candidate->signs;
    signs.is_container = signs.is_container || root.is_container;
    signs.is_partitioned = signs.is_partitioned || root.is_partitioned;
    signs.has_classes = signs.has_classes || root.has_classes;
    signs.is_volatile = signs.is_volatile || known.clues.is_volatile;
    signs.recordings.merge(known.clues.recordings);
    known.candidate->versions.insert(known.clues.versions.begin(), known.clues.versions.end());
    return known;
  }

  void add_signs(DatasetSigns& signs, std::string_view name, const FileFormat& format) {
    ++signs.paths;
    if (format.is_payload) ++signs.payloads;
    if (format.is_payload && is_shard(name)) ++signs.shards;
    const bool manifest = is_manifest(name);
    signs.has_manifest = signs.has_manifest || manifest;
    const bool is_note =
        manifest || format.name == "json" || name.find('.') == std::string_view::npos;
    signs.has_other_than_notes = signs.has_other_than_notes || !is_note;
  }

  void add_file(std::size_t position) {
    const DatasetFile& file = clues_.files[position];
    const Directory& place = directory(directory_of(file.path));
    if (place.candidate == nullptr) return;
    Candidate& entry = *place.candidate;
    const std::string_view name = file_name_of(file.path);
    const FileFormat format = format_of(name);
    entry.files.push_back(position);
    entry.is_written = entry.is_written || file.role == EdgeRole::Output;
    add_signs(entry.signs, name, format);
    std::string_view split = place.clues.split;
    if (split.empty() && format.is_payload) split = split_of_file(name);
    if (!split.empty()) entry.splits.insert(split);
  }

  void add_nearby() {
    if (clues_.nearby.empty()) return;
    std::unordered_set<std::string_view> seen;
    for (const DatasetFile& file : clues_.files) seen.insert(file.path);
    for (const std::string& path : clues_.nearby)
      if (seen.insert(path).second) add_nearby(path);
  }

  // To what the job's own files have made a candidate alone.
  void add_nearby(const std::string& path) {
    const std::string_view parent = directory_of(path);
    const std::string* const known = known_root_of(parent);
    const DatasetRoot root = dataset_root_of(parent, holds_class(parent));
    const auto found = candidates_.find(known != nullptr ? std::string_view(*known) : root.path);
    if (found == candidates_.end()) return;
    const std::string_view name = file_name_of(path);
    DatasetSigns& signs = found->second.signs;
    add_signs(signs, name, format_of(name));
    if (known != nullptr) return;
    signs.is_container = signs.is_container || root.is_container;
    signs.is_partitioned = signs.is_partitioned || root.is_partitioned;
    signs.has_classes = signs.has_classes || root.has_classes;
    signs.recordings.merge(clues_of(parent, root.path).recordings);
  }

  DatasetProfile profile_of(const Candidate& entry) const {
    ProfileCounter counter;
    for (const std::size_t position : entry.files)
      counter.add(clues_.files[position].path, clues_.files[position].size);
    return counter.profile({});
  }

  void accept(Candidate& entry, std::vector<InferredDataset>& found) const {
    if (entry.files.empty() && !entry.whole) return;
    DatasetScore score = score_of(entry.signs);
    if (score.confidence < kConfidenceLeast) return;
    InferredDataset inferred;
    Dataset& dataset = inferred.dataset;
    dataset.id = id_of(clues_, entry.path);
    dataset.path = entry.path;
    dataset.role = entry.is_written ? EdgeRole::Output : EdgeRole::Input;
    dataset.confidence = score.confidence;
    dataset.evidence = std::move(score.evidence);
    dataset.split = only_one(entry.splits);
    dataset.version_hint =
        entry.version_of_root.empty() ? only_one(entry.versions) : entry.version_of_root;
    dataset.observed_paths = entry.files.size();
    if (entry.whole) {
      const WholeDataset& whole = clues_.whole[*entry.whole];
      dataset.fingerprint = whole.digest;
      dataset.fingerprint_algorithm = whole.algorithm;
      dataset.profile = whole.profile;
      dataset.version_hint = whole.version_hint;
      if (entry.files.empty()) dataset.split = whole.split;
    } else {
      dataset.profile = profile_of(entry);
    }
    inferred.files = std::move(entry.files);
    inferred.whole = entry.whole;
    found.push_back(std::move(inferred));
  }

  static void accept_url(const DatasetArgument& url, std::vector<InferredDataset>& found) {
    DatasetSigns signs;
    signs.is_named = true;
    signs.is_url = true;
    const std::string_view name = file_name_of(url.value);
    const FileFormat format = format_of(name);
    signs.payloads = format.is_payload ? 1 : 0;
    DatasetScore score = score_of(signs);
    constexpr std::string_view kMark = "://";
    const std::string_view path =
        std::string_view(url.value).substr(url.value.find(kMark) + kMark.size());
    const PathClues clues = clues_of(path, path);
    InferredDataset inferred;
    Dataset& dataset = inferred.dataset;
    dataset.id = url.value;
    dataset.role = url.role;
    dataset.confidence = score.confidence;
    dataset.evidence = std::move(score.evidence);
    dataset.split = clues.split.empty() && format.is_payload ? split_of_file(name) : clues.split;
    dataset.version_hint = clues.version_of_root;
    dataset.profile = ProfileCounter().profile({});
    found.push_back(std::move(inferred));
  }

  const DatasetClues& clues_;
  std::map<std::string, Candidate, std::less<>> candidates_;  // by path
  // What is whole or named: the data set's directory, by that below which files are its.
  std::map<std::string, std::string, std::less<>> known_roots_;
  std::unordered_map<std::string_view, Directory> directories_;
  std::unordered_set<std::string_view> media_;  // directories with images and the like
  std::unordered_map<std::string_view, std::uint64_t> media_below_;  // of these, by what is above
};

}  // namespace

std::vector<InferredDataset> infer_datasets(const DatasetClues& clues) {
  return DatasetInference(clues).infer();
}

}  // namespace roar::plumbing
