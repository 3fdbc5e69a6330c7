#include "objects/lineage_nodes.h"

#include <string>
#include <utility>

#include "objects/base/error.h"
#include "objects/edge_node.h"
#include "objects/key.h"
#include "objects/lineage_tables.h"

namespace roar {

bool is_told_of(EdgeGroup group) noexcept {
  return group == EdgeGroup::Data || group == EdgeGroup::Code;
}

void fail_lineage_type(const ObjectId& id, ObjectType expected) {
  throw Error(Errc::Corrupt, "store is damaged: an index takes object " + id.hex() + " for a " +
                                 std::string(type_name(expected)) + "; 'roar fsck' tells more");
}

LineageNodes::LineageNodes(const ReadTransaction& transaction)
    : impl_(&IndexAccess::of(transaction)) {}

std::uint64_t LineageNodes::number_of(const ObjectId& id) const {
  const std::optional<Location> location = impl_->locate(id);
  if (!location) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
  return location->sequence;
}

const Job& LineageNodes::job(std::uint64_t number) {
  if (number == job_number_) return job_;
  const auto [id, object] = impl_->object_at(number);
  if (object.type != ObjectType::Job) fail_lineage_type(id, ObjectType::Job);
  job_ = decode_job(object.payload);
  job_number_ = number;
  return job_;
}

bool LineageNodes::is_written(std::uint64_t artifact) const {
  std::string prefix = number_key(artifact);
  append_number(prefix, static_cast<std::uint64_t>(EdgeRole::Output), 1);
  TableCursor cursor(*impl_->txn, impl_->table(Table::Use));
  return cursor.seek(prefix) && cursor.key().starts_with(prefix);
}

const LineageNodes::Node& LineageNodes::node(std::uint64_t number) {
  const auto known = nodes_.find(number);
  if (known != nodes_.end()) return known->second;
  const EdgeNode content =
      decode_node(IndexAccess::transaction(*impl_).payload(ids_.at(number), ObjectType::Node));
  Node made;
  made.edges = content.edges.size();
  for (const EdgeNode::Child& child : content.children) {
    made.edges += child.count;
    made.children.push_back(number_of(child.node));
    ids_.emplace(made.children.back(), child.node);
  }
  for (const Edge& edge : content.edges) {
    if (!edge.artifact) continue;
    const bool input = edge.role == EdgeRole::Input;
    const std::uint64_t artifact = number_of(*edge.artifact);
    (input ? made.inputs : made.outputs)
        .push_back({artifact, hash_of_path(edge.path), input && is_written(artifact)});
  }
  return nodes_.emplace(number, std::move(made)).first->second;
}

std::vector<std::uint64_t> LineageNodes::roots_of(std::uint64_t number, bool only_told_of) {
  const Job& asked = job(number);
  std::vector<std::uint64_t> roots;
  for (const EdgeGroup group : {EdgeGroup::Data, EdgeGroup::Code, EdgeGroup::System}) {
    const auto& root = asked.edges.at(static_cast<std::size_t>(group));
    if (!root || (only_told_of && !is_told_of(group))) continue;
    roots.push_back(number_of(*root));
    ids_.emplace(roots.back(), *root);
  }
  return roots;
}

std::uint64_t LineageNodes::edges_of(std::uint64_t job) {
  std::uint64_t edges = 0;
  for (const std::uint64_t root : roots_of(job, false)) edges += node(root).edges;
  return edges;
}

void LineageNodes::for_each_leaf(std::uint64_t job, bool only_told_of, const Visitor& visit) {
  for (const std::uint64_t root : roots_of(job, only_told_of)) visit_leaves(root, visit);
}

void LineageNodes::visit_leaves(std::uint64_t number, const Visitor& visit) {
  const Node& here = node(number);
  if (here.children.empty()) visit(number, here);
  for (const std::uint64_t child : here.children) visit_leaves(child, visit);
}

}  // namespace roar
