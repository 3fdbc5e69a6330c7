#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/edge_node.h"
#include "objects/transaction.h"

namespace roar {

// Writes a tree of edges while they come, holding one node of each level in memory.
class EdgeTreeBuilder {
 public:
  explicit EdgeTreeBuilder(WriteTransaction& transaction) noexcept : transaction_(&transaction) {}

  // Edges must come in order of path and role, each once.
  void add(const Edge& edge);
  // The root; nullopt if there were no edges. The builder is of no use afterwards.
  std::optional<ObjectId> finish();

 private:
  // The node of one level that is not complete yet.
  struct Level {
    std::string payload;  // of its entries
    std::string last_path;
    std::size_t entries = 0;
    std::uint64_t edges = 0;  // below it
    ObjectId last_child;      // of an inner node
  };

  void add_child(std::uint32_t level, const EdgeNode::Child& child);
  ObjectId write(std::uint32_t level);
  void close(std::uint32_t level);

  WriteTransaction* transaction_;
  std::vector<Level> levels_;
};

}  // namespace roar
