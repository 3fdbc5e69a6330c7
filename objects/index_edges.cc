#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "objects/base/error.h"
#include "objects/digest_key.h"
#include "objects/index.h"
#include "objects/key.h"

// Jobs that repeat each other share nodes, so it is the nodes that are indexed: what is in a leaf,
// and who holds which node. A repetition costs a few rows, however many files it read.

namespace roar {
namespace {

std::uint64_t sequence_of(const ReadTransaction::Impl& impl, const ObjectId& id) {
  const std::optional<Location> location = impl.locate(id);
  if (!location) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
  return location->sequence;
}

bool has_holder(const ReadTransaction::Impl& impl, std::uint64_t node) {
  const std::string prefix = number_key(node);
  TableCursor cursor(*impl.txn, impl.table(Table::Holder));
  return cursor.seek(prefix) && cursor.key().starts_with(prefix);
}

using LeafGroups = std::unordered_map<ObjectId, EdgeGroup>;

LeafGroups groups_of_leaves(const BuiltTree& tree) {
  LeafGroups groups;
  std::size_t first = 0;
  for (const BuiltNode& node : tree.nodes) {
    if (node.edges > 0) groups.emplace(node.id, group_of(tree.edges.at(first)->path_class));
    first += node.edges;
  }
  return groups;
}

struct EdgeUse {
  std::uint64_t artifact;
  std::uint64_t leaf;
  const Edge* edge;
};

// Key: artifact, role, leaf, a number that tells paths apart. Value: path.
void index_uses(ReadTransaction::Impl& impl, std::vector<EdgeUse>& uses) {
  const auto order = [](const EdgeUse& use) {
    return std::tie(use.artifact, use.edge->role, use.leaf);
  };
  // Stable: what is equal here is in order of path.
  std::ranges::stable_sort(uses,
                           [&](const EdgeUse& a, const EdgeUse& b) { return order(a) < order(b); });
  std::uint32_t number = 0;
  const EdgeUse* previous = nullptr;
  for (const EdgeUse& use : uses) {
    const bool same = previous != nullptr && order(*previous) == order(use);
    number = same ? number + 1 : 0;
    previous = &use;
    impl.put(Table::Use, use_key(use.artifact, use.edge->role, use.leaf, number), use.edge->path);
  }
}

}  // namespace

std::string use_key(std::uint64_t artifact, EdgeRole role, std::uint64_t leaf,
                    std::uint32_t number) {
  std::string key = number_key(artifact);
  append_number(key, static_cast<std::uint64_t>(role), 1);
  append_number(key, leaf, kNumberSize);
  append_number(key, number, 4);
  return key;
}

std::string path_key(const Edge& edge, std::uint64_t leaf, std::uint64_t artifact) {
  std::string key = path_prefix(edge.path);
  append_number(key, leaf, kNumberSize);
  append_number(key, static_cast<std::uint64_t>(edge.role), 1);
  append_number(key, artifact, kNumberSize);
  return key;
}

std::string_view path_value(const Edge& edge) noexcept {
  return edge.path.size() > kKeyTextMax ? std::string_view(edge.path) : std::string_view();
}

std::string holder_key(std::uint64_t node, ObjectType type, std::uint64_t holder) {
  std::string key = number_key(node);
  append_number(key, static_cast<std::uint64_t>(type), 1);
  append_number(key, holder, kNumberSize);
  return key;
}

std::string holder_value(int format, std::optional<EdgeGroup> leaf_group) {
  constexpr int kFormatOfGroups = 3;
  std::string value;
  if (format >= kFormatOfGroups && leaf_group)
    append_number(value, static_cast<std::uint64_t>(*leaf_group) + 1, 1);
  return value;
}

std::optional<EdgeGroup> group_in_holder(std::string_view value) {
  if (value.empty()) return std::nullopt;
  const std::uint64_t number = number_at(value, 0, 1);
  if (number < 1 || number > static_cast<std::uint64_t>(EdgeGroup::System) + 1)
    throw Error(Errc::Corrupt, "store is damaged: an index names an unknown group of edges");
  return static_cast<EdgeGroup>(number - 1);
}

std::vector<NewLeaf> new_leaves(const ReadTransaction::Impl& impl, const BuiltTree& tree) {
  std::vector<NewLeaf> leaves;
  std::span<const Edge* const> rest(tree.edges);
  for (const BuiltNode& node : tree.nodes) {
    if (!node.children.empty()) continue;
    const std::span<const Edge* const> edges = rest.first(node.edges);
    rest = rest.subspan(node.edges);
    const std::uint64_t sequence = sequence_of(impl, node.id);
    if (!has_holder(impl, sequence)) leaves.push_back({sequence, edges});
  }
  return leaves;
}

void index_leaves(ReadTransaction::Impl& impl, const std::vector<NewLeaf>& leaves,
                  const std::vector<IndexedArtifact>& artifacts) {
  std::vector<EdgeUse> uses;
  for (const NewLeaf& leaf : leaves) {
    for (const Edge* edge : leaf.edges) {
      const std::uint64_t artifact =
          edge->artifact ? artifact_sequence(impl, artifacts, *edge->artifact) : 0;
      if (artifact != 0) uses.push_back({artifact, leaf.node, edge});
      impl.put(Table::Path, path_key(*edge, leaf.node, artifact), path_value(*edge));
    }
  }
  index_uses(impl, uses);
}

void index_holders(ReadTransaction::Impl& impl, std::uint64_t job, const BuiltTree& tree) {
  if (tree.nodes.empty()) return;
  const LeafGroups groups = groups_of_leaves(tree);
  const auto hold = [&](const ObjectId& node, ObjectType type, std::uint64_t holder) {
    const auto leaf = groups.find(node);
    impl.put_new(Table::Holder, holder_key(sequence_of(impl, node), type, holder),
                 holder_value(impl.known_format(),
                              leaf == groups.end() ? std::nullopt : std::optional(leaf->second)));
  };
  for (const BuiltNode& node : tree.nodes) {
    if (node.children.empty()) continue;
    const std::uint64_t holder = sequence_of(impl, node.id);
    if (has_holder(impl, holder)) continue;  // then what it holds is known too
    for (const ObjectId& child : node.children) hold(child, ObjectType::Node, holder);
  }
  hold(tree.nodes.back().id, ObjectType::Job, job);
}

const std::vector<std::uint64_t>& Holders::jobs_with(std::uint64_t node) {
  // There before the walk upwards, so that a damaged index cannot lead it in circles.
  const auto [entry, is_new] = jobs_.try_emplace(node);
  if (!is_new) return entry->second;
  std::vector<std::uint64_t> jobs;
  for_each_with_prefix(*impl_->txn, impl_->table(Table::Holder), number_key(node),
                       [&](std::string_view key, std::string_view) {
                         saw_all_ = saw_all_ && rows_left_ > 0;
                         if (!saw_all_) return false;
                         --rows_left_;
                         const std::uint64_t type = number_at(key, kNumberSize, 1);
                         const std::uint64_t holder = number_at(key, kNumberSize + 1, kNumberSize);
                         if (type == static_cast<std::uint64_t>(ObjectType::Job)) {
                           jobs.push_back(holder);
                           return true;
                         }
                         const std::vector<std::uint64_t>& above = jobs_with(holder);
                         jobs.insert(jobs.end(), above.begin(), above.end());
                         return true;
                       });
  std::ranges::sort(jobs);
  jobs.erase(std::unique(jobs.begin(), jobs.end()), jobs.end());
  return entry->second = std::move(jobs);
}

}  // namespace roar
