#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "objects/edge.h"
#include "objects/edge_node.h"
#include "objects/transaction.h"

// Edges of one group of one job as a tree of `node` objects. Nodes are cut where the hash of a path
// says so, so that two lists that differ in one path share all nodes but a few, whatever the order
// in which they came about. Payload: docs/formats/node.md.

namespace roar {

// Sorts the edges by path and role, stores the tree, and returns its root; nullopt if there are no
// edges. A path may occur once per role.
std::optional<ObjectId> put_edges(WriteTransaction& transaction, std::vector<Edge> edges);

// A node of a tree; one whose level is known must have it. Throws Errc::NotFound or Errc::Corrupt,
// naming the node.
EdgeNode read_edge_node(const ReadTransaction& transaction, const ObjectId& id,
                        std::optional<std::uint32_t> level = std::nullopt);

// Calls `visit` for each edge in order of path and role until it returns false.
void for_each_edge(const ReadTransaction& transaction, const ObjectId& root,
                   const std::function<bool(const Edge&)>& visit);

}  // namespace roar
