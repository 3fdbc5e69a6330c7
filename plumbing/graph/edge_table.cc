#include "plumbing/graph/edge_table.h"

#include <utility>

#include "objects/edge_tree.h"
#include "plumbing/claimed_content.h"
#include "plumbing/graph/stale_environment.h"

namespace roar::plumbing {

const NumberedNode& EdgeTable::node(const ObjectId& id, std::optional<std::uint32_t> level) {
  const auto known = nodes_.find(id);
  if (known != nodes_.end() && (!level || known->second.level == *level)) return known->second;
  EdgeNode read = read_edge_node(transaction_, id, level);
  NumberedNode made{.level = read.level, .edges = {}, .leaves = {}};
  made.edges.reserve(read.edges.size());
  for (const Edge& edge : read.edges) {
    made.edges.push_back(numbered(edge));
    made.has_outputs = made.has_outputs || edge.role == EdgeRole::Output;
  }
  for (const EdgeNode::Child& child : read.children) {
    const NumberedNode& below = node(child.node, read.level - 1);
    made.leaves.insert(made.leaves.end(), below.leaves.begin(), below.leaves.end());
    made.has_outputs = made.has_outputs || below.has_outputs;
  }
  made.number = static_cast<std::uint32_t>(nodes_.size());
  NumberedNode& stored = nodes_.emplace(id, std::move(made)).first->second;
  if (stored.level == 0) stored.leaves.push_back(&stored);
  return stored;
}

NumberedEdge EdgeTable::numbered(const Edge& edge) {
  return {.path = number_of_path(edge.path),
          .spelled = edge.spelled.empty() ? kNoNumber : number_of_path(edge.spelled),
          .artifact = edge.artifact ? number_of_artifact(*edge.artifact) : kNoNumber,
          .role = edge.role,
          .path_class = edge.path_class,
          .changed = edge.changed,
          .environment = is_environment(edge),
          .size = edge.size};
}

PathNumber EdgeTable::number_of_path(std::string_view path) {
  if (const auto known = path_numbers_.find(path); known != path_numbers_.end())
    return known->second;
  const auto number = static_cast<PathNumber>(paths_.size());
  paths_.push_back(&path_numbers_.emplace(path, number).first->first);
  return number;
}

ArtifactNumber EdgeTable::number_of_artifact(const ObjectId& artifact) {
  const auto number = static_cast<ArtifactNumber>(artifacts_.size());
  const auto [entry, added] = artifact_numbers_.try_emplace(artifact, number);
  if (added) artifacts_.push_back(&entry->first);
  return entry->second;
}

ArtifactNumber EdgeTable::content_of(ArtifactNumber artifact) {
  if (const auto known = contents_.find(artifact); known != contents_.end()) return known->second;
  const ArtifactNumber content =
      number_of_artifact(plumbing::content_of(transaction_, this->artifact(artifact)));
  contents_.emplace(artifact, content);
  return content;
}

}  // namespace roar::plumbing
