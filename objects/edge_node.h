#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/edge.h"
#include "objects/node_child.h"

namespace roar {

// A node of a tree of edges (objects/edge_tree.h). Payload: docs/formats/node.md.
struct EdgeNode {
  using Child = NodeChild;

  std::uint32_t level = 0;      // 0: a leaf
  std::vector<Edge> edges;      // of a leaf, by path and role
  std::vector<Child> children;  // of an inner node, by path

  bool operator==(const EdgeNode&) const = default;
};

// Entries as they stand in a payload, and the payload around them: so that a tree can be written
// without a second copy of its edges in memory.
void append_entry(std::string& entries, const Edge& edge);
std::string node_payload(std::string_view entries, std::uint32_t level);

std::string encode(const EdgeNode& node);
EdgeNode decode_node(std::string_view payload);
// The group that a leaf belongs to by its first edge, read from the payload alone; nullopt for an
// inner node. Throws Errc::Corrupt if its class is unknown.
std::optional<EdgeGroup> group_of_leaf(std::string_view payload);
// Whether this is the payload of a leaf, told from its end alone; false may also mean that it does
// not end as ours do.
bool is_leaf_payload(std::string_view payload) noexcept;

}  // namespace roar
