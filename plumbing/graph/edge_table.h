#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "objects/history.h"

namespace roar::plumbing {

// Numbers of paths and artifacts; those of an EdgeTable.
using PathNumber = std::uint32_t;
using ArtifactNumber = std::uint32_t;
inline constexpr std::uint32_t kNoNumber = std::numeric_limits<std::uint32_t>::max();

// What staleness and dependencies need of an Edge.
struct NumberedEdge {
  PathNumber path = 0;
  PathNumber spelled = kNoNumber;  // kNoNumber: as `path`
  ArtifactNumber artifact = kNoNumber;
  EdgeRole role = EdgeRole::Input;
  PathClass path_class = PathClass::Data;
  bool changed = false;
  bool environment = false;  // is_environment (stale_environment.h)
  std::uint64_t size = 0;
};

// A node of a tree of edges: of a leaf the edges, by path and role.
struct NumberedNode {
  std::uint32_t number = 0;  // counted from 0 in its EdgeTable
  std::uint32_t level = 0;
  std::vector<NumberedEdge> edges;
  std::vector<const NumberedNode*> leaves;  // all below it; a leaf itself
  bool has_outputs = false;
};

// Of jobs much alike most of the leaves are the same, so what can be found out for a leaf should
// be.
template <typename Visit>
void for_each_numbered_edge(const NumberedNode& tree, const Visit& visit) {
  for (const NumberedNode* leaf : tree.leaves) {
    for (const NumberedEdge& edge : leaf->edges) visit(edge);
  }
}

// The edges of many jobs in little memory: each node of their trees is read once, however many
// jobs share it, and each path and artifact is there once. Grows until it is destroyed. Must not
// outlive the transaction.
class EdgeTable {
 public:
  explicit EdgeTable(const ReadTransaction& transaction) : transaction_(transaction) {}
  ~EdgeTable() = default;
  EdgeTable(const EdgeTable&) = delete;
  EdgeTable& operator=(const EdgeTable&) = delete;

  const ReadTransaction& transaction() const noexcept { return transaction_; }

  // The root of a tree. Valid as long as the table is.
  const NumberedNode& tree(const ObjectId& root) { return node(root, std::nullopt); }
  // Of a job's group; null if it has no such tree.
  const NumberedNode* tree(const std::optional<ObjectId>& root) {
    return root ? &tree(*root) : nullptr;
  }
  std::size_t nodes() const noexcept { return nodes_.size(); }

  PathNumber number_of_path(std::string_view path);
  const std::string& path(PathNumber number) const { return *paths_[number]; }
  std::size_t paths() const noexcept { return paths_.size(); }

  ArtifactNumber number_of_artifact(const ObjectId& artifact);
  const ObjectId& artifact(ArtifactNumber number) const { return *artifacts_[number]; }
  std::size_t artifacts() const noexcept { return artifacts_.size(); }
  // content_of (plumbing/claimed_content), found out once.
  ArtifactNumber content_of(ArtifactNumber artifact);
  // The artifact of an edge; for one of an imported job, which may be a claim, its content.
  ArtifactNumber content_of(const NumberedEdge& edge, bool imported) {
    return imported && edge.artifact != kNoNumber ? content_of(edge.artifact) : edge.artifact;
  }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  const NumberedNode& node(const ObjectId& id, std::optional<std::uint32_t> level);
  NumberedEdge numbered(const Edge& edge);

  const ReadTransaction& transaction_;
  std::unordered_map<ObjectId, NumberedNode> nodes_;
  std::unordered_map<std::string, PathNumber, TextHash, std::equal_to<>> path_numbers_;
  std::vector<const std::string*> paths_;
  std::unordered_map<ObjectId, ArtifactNumber> artifact_numbers_;
  std::vector<const ObjectId*> artifacts_;
  std::unordered_map<ArtifactNumber, ArtifactNumber> contents_;
};

}  // namespace roar::plumbing
