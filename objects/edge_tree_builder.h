#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "objects/edge_node.h"
#include "objects/transaction.h"

namespace roar {

// A node that was written, or was there already.
struct BuiltNode {
  ObjectId id;
  std::size_t edges = 0;           // of a leaf; they follow those of the leaf before it
  std::vector<ObjectId> children;  // of an inner node
};

// Writes a tree of edges while they come, holding one node of each level in memory.
class EdgeTreeBuilder {
 public:
  explicit EdgeTreeBuilder(WriteTransaction& transaction) noexcept : transaction_(&transaction) {}

  // Edges must come in order of path and role, each once.
  void add(const Edge& edge);
  // The root; nullopt if there were no edges. The builder is of no use afterwards.
  std::optional<ObjectId> finish();
  // All nodes of the tree, each after its children, and leaves in order of their edges.
  std::vector<BuiltNode> take_nodes() noexcept { return std::move(nodes_); }

 private:
  // The node of one level that is not complete yet.
  struct Level {
    std::string payload;  // of its entries
    std::string last_path;
    std::size_t entries = 0;
    std::uint64_t edges = 0;         // below it
    std::vector<ObjectId> children;  // of an inner node
  };

  void add_child(std::uint32_t level, const EdgeNode::Child& child);
  ObjectId write(std::uint32_t level);
  void close(std::uint32_t level);

  WriteTransaction* transaction_;
  std::vector<Level> levels_;
  std::vector<BuiltNode> nodes_;
};

}  // namespace roar
