#include "objects/edge_tree.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "objects/base/error.h"
#include "objects/blake3.h"
#include "objects/edge_node.h"
#include "objects/edge_tree_builder.h"

namespace roar {
namespace {

// A node ends after an entry whose path's hash has six zero bits at the place of its level, but
// not before it has kEntriesMin entries, and in any case when it has kBytesMax bytes. So a node
// has about a hundred entries, and where it ends depends on what is near and not on what is far.
constexpr std::size_t kEntriesMin = 32;
constexpr std::size_t kBytesMax = std::size_t{64} << 10;
constexpr unsigned kCutMask = 63;

bool ends_node(std::string_view path, std::uint32_t level, std::size_t entries, std::size_t bytes) {
  if (bytes >= kBytesMax) return true;
  if (entries < kEntriesMin) return false;
  const Blake3Digest digest = blake3_of(path);
  return (digest[level % digest.size()] & kCutMask) == 0;
}

void visit_node(const ReadTransaction& transaction, const ObjectId& id,
                std::optional<std::uint32_t> level, bool& go_on,
                const std::function<bool(const Edge&)>& visit) {
  const EdgeNode node = read_edge_node(transaction, id, level);
  for (const Edge& edge : node.edges) {
    if (!go_on) return;
    go_on = visit(edge);
  }
  for (const EdgeNode::Child& child : node.children) {
    if (!go_on) return;
    visit_node(transaction, child.node, node.level - 1, go_on, visit);
  }
}

}  // namespace

void EdgeTreeBuilder::add(const Edge& edge) {
  // All entries of one path stay in one node, so a node ends before the next path, not after the
  // last entry.
  if (!levels_.empty() && levels_[0].entries != 0 && levels_[0].last_path != edge.path &&
      ends_node(levels_[0].last_path, 0, levels_[0].entries, levels_[0].payload.size()))
    close(0);
  if (levels_.empty()) levels_.emplace_back();
  Level& leaf = levels_[0];
  append_entry(leaf.payload, edge);
  leaf.last_path = edge.path;
  ++leaf.entries;
  ++leaf.edges;
}

void EdgeTreeBuilder::add_child(std::uint32_t level, const EdgeNode::Child& child) {
  if (levels_.size() == level) levels_.emplace_back();
  Level& inner = levels_[level];
  append_entry(inner.payload, child);
  inner.last_path = child.last_path;
  inner.children.push_back(child.node);
  ++inner.entries;
  inner.edges += child.count;
  if (ends_node(child.last_path, level, inner.entries, inner.payload.size())) close(level);
}

ObjectId EdgeTreeBuilder::write(std::uint32_t level) {
  Level& complete = levels_[level];
  const ObjectId id = transaction_->put(ObjectType::Node, node_payload(complete.payload, level));
  nodes_.push_back({.id = id,
                    .edges = level == 0 ? complete.entries : 0,
                    .children = std::move(complete.children)});
  return id;
}

void EdgeTreeBuilder::close(std::uint32_t level) {
  const EdgeNode::Child child{std::move(levels_[level].last_path), levels_[level].edges,
                              write(level)};
  levels_[level] = {};
  add_child(level + 1, child);
}

std::optional<ObjectId> EdgeTreeBuilder::finish() {
  for (std::uint32_t level = 0; level < levels_.size(); ++level) {
    const bool is_top = level + 1 == levels_.size();
    // A node with one child would say nothing.
    if (is_top && level > 0 && levels_[level].entries == 1) return levels_[level].children.front();
    if (is_top) return write(level);
    if (levels_[level].entries != 0) close(level);
  }
  return std::nullopt;
}

std::optional<ObjectId> put_edges(WriteTransaction& transaction, std::vector<Edge> edges) {
  std::ranges::sort(edges, [](const Edge& a, const Edge& b) {
    return std::tie(a.path, a.role) < std::tie(b.path, b.role);
  });
  EdgeTreeBuilder builder(transaction);
  for (const Edge& edge : edges) builder.add(edge);
  return builder.finish();
}

EdgeNode read_edge_node(const ReadTransaction& transaction, const ObjectId& id,
                        std::optional<std::uint32_t> level) {
  EdgeNode node;
  try {
    node = decode_node(transaction.payload(id, ObjectType::Node));
  } catch (Error& error) {
    error.during("reading node " + id.hex());
    throw;
  }
  if (level && node.level != *level)
    throw Error(Errc::Corrupt, "node " + id.hex() + " stands at the wrong level of its tree");
  return node;
}

void for_each_edge(const ReadTransaction& transaction, const ObjectId& root,
                   const std::function<bool(const Edge&)>& visit) {
  bool go_on = true;
  visit_node(transaction, root, std::nullopt, go_on, visit);
}

}  // namespace roar
