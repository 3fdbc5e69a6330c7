#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/edge.h"
#include "objects/object_id.h"

namespace roar {

// A node of a tree of edges (objects/edge_tree.h). Payload: docs/formats/node.md.
struct EdgeNode {
  struct Child {
    std::string last_path;    // of the edges below it
    std::uint64_t count = 0;  // of the edges below it
    ObjectId node;

    bool operator==(const Child&) const = default;
  };

  std::uint32_t level = 0;      // 0: a leaf
  std::vector<Edge> edges;      // of a leaf, by path and role
  std::vector<Child> children;  // of an inner node, by path

  bool operator==(const EdgeNode&) const = default;
};

// Entries as they stand in a payload, and the payload around them: so that a tree can be written
// without a second copy of its edges in memory.
void append_entry(std::string& entries, const Edge& edge);
void append_entry(std::string& entries, const EdgeNode::Child& child);
std::string node_payload(std::string_view entries, std::uint32_t level);

std::string encode(const EdgeNode& node);
EdgeNode decode_node(std::string_view payload);

}  // namespace roar
