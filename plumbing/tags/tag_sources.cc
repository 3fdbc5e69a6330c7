#include "plumbing/tags/tag_sources.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_set>

#include "objects/artifact.h"
#include "objects/composite.h"
#include "plumbing/composite/composite_files.h"
#include "plumbing/record_job.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kLabels = "refs/labels/";
constexpr std::string_view kComposites = "refs/composites/";

bool is_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() && path.starts_with(directory) &&
         path[directory.size()] == '/';
}

class SourceFinder {
 public:
  SourceFinder(const ReadTransaction& transaction, Cache& cache)
      : transaction_(transaction), cache_(cache) {}

  void add_input(const ObjectId& artifact) { artifacts_.insert(artifact); }

  void add_component(const Component& component) {
    if (component.kind != ComponentKind::File || component.size == 0) return;
    if (component.algorithm == "blake3")
      artifacts_.insert(object_id_of(Artifact{.blake3 = component.digest, .size = component.size}));
    keys_.push_back(content_key(component.digest));
  }

  std::vector<ObjectId> sources() {
    std::vector<ObjectId> found;
    for (const ObjectId& artifact : artifacts_)
      if (is_labelled(artifact)) found.push_back(artifact);
    bool has_keys = false;
    for (const Ref& ref : transaction_.refs(kComposites)) {
      if (!ref.target || !is_labelled(*ref.target)) continue;
      if (!has_keys) add_keys_of_artifacts();
      has_keys = true;
      if (has_any(content_keys(transaction_, cache_, *ref.target))) found.push_back(*ref.target);
    }
    return found;
  }

 private:
  bool is_labelled(const ObjectId& target) const {
    return transaction_.ref(std::string(kLabels) + target.hex()).has_value();
  }

  // By every algorithm that is known of them: composites may be of SHA-256 digests.
  void add_keys_of_artifacts() {
    for (const ObjectId& artifact : artifacts_)
      for (const DigestRecord& digest : digests_of(transaction_, artifact))
        keys_.push_back(content_key(digest.digest));
  }

  bool has_any(const std::vector<std::uint64_t>& contents) const {
    return std::ranges::any_of(
        keys_, [&](std::uint64_t key) { return std::ranges::binary_search(contents, key); });
  }

  const ReadTransaction& transaction_;
  Cache& cache_;
  std::set<ObjectId> artifacts_;
  std::vector<std::uint64_t> keys_;
};

}  // namespace

std::vector<ObjectId> tag_sources(const ReadTransaction& transaction, Cache& cache, const Job& job,
                                  std::span<const Edge> edges) {
  // Where nothing has ever been labelled, no input is asked.
  if (!transaction.has_refs(kLabels)) return {};
  SourceFinder finder(transaction, cache);
  for (const Edge& edge : edges)
    if (carries_tags(edge, EdgeRole::Input)) finder.add_input(*edge.artifact);
  for (const JobComposite& read : job.composites) {
    if (read.role != EdgeRole::Input) continue;
    const auto used = std::ranges::count_if(edges, [&](const Edge& edge) {
      return carries_tags(edge, EdgeRole::Input) && is_below(edge.path, read.path);
    });
    if (static_cast<std::uint64_t>(used) >= read_composite(transaction, read.composite).files)
      continue;  // all of them are inputs
    for_each_file(transaction, read.composite,
                  [&](const std::string&, const Component& one) { finder.add_component(one); });
  }
  return finder.sources();
}

std::vector<ObjectId> tag_sources_of_rest(const ReadTransaction& transaction, Cache& cache,
                                          const JobComposite& written,
                                          std::span<const Edge> edges) {
  if (!transaction.has_refs(kLabels)) return {};
  std::unordered_set<std::string_view> own;
  for (const Edge& edge : edges)
    if (edge.role == EdgeRole::Output && is_below(edge.path, written.path))
      own.insert(std::string_view(edge.path).substr(written.path.size() + 1));
  if (own.size() >= read_composite(transaction, written.composite).files) return {};
  SourceFinder finder(transaction, cache);
  for_each_file(transaction, written.composite, [&](const std::string& path, const Component& one) {
    if (!own.contains(path)) finder.add_component(one);
  });
  return finder.sources();
}

bool carries_tags(const Edge& edge, EdgeRole role) noexcept {
  if (edge.role != role || !edge.artifact || edge.size == 0) return false;
  return is_shown(edge) || edge.path_class == PathClass::Code;
}

}  // namespace roar::plumbing
