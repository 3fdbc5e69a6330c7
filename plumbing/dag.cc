#include "plumbing/dag.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "plumbing/claimed_content.h"
#include "plumbing/record_job.h"

namespace roar::plumbing {
namespace {

class DagBuilder {
 public:
  DagBuilder(const ReadTransaction& transaction, std::string_view session)
      : transaction_(transaction) {
    dag_.session = session;
    for (Step& step : steps_of_session(transaction, session)) {
      for (const ObjectId& job : step.jobs) node_of_job_.emplace(job, dag_.nodes.size());
      DagNode node;
      node.job = job_summary(transaction, step.job);
      node.step = std::move(step);
      dag_.nodes.push_back(std::move(node));
    }
    edges_.resize(dag_.nodes.size());
  }

  Dag build() {
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) read_edges(i);
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) connect(i);
    mark_stale();
    return std::move(dag_);
  }

 private:
  void read_edges(std::size_t position) {
    DagNode& node = dag_.nodes[position];
    const Job job = read_job(transaction_, node.step.job);
    for_each_edge_of(transaction_, job, [&](Edge edge) {
      if (job.tracing.backend == kImported && edge.artifact) edge.artifact = seen(*edge.artifact);
      if (edge.role == EdgeRole::Input) edges_[position].push_back(edge);
      if (edge.role == EdgeRole::Output) current_[edge.path] = {position, edge.artifact};
      if (!is_shown(edge)) return true;
      (edge.role == EdgeRole::Input ? node.inputs : node.outputs)
          .push_back({.edge = edge,
                      .digests = shown_digests(transaction_, job, edge.artifact),
                      .consumers = {}});
      return true;
    });
  }

  // The artifact, or for a claim that of the content which was seen since.
  ObjectId seen(const ObjectId& artifact) {
    const ObjectId content = content_of(transaction_, artifact);
    if (content != artifact) claims_.emplace(content, artifact);
    return content;
  }

  // Jobs of this session that wrote the artifact, oldest first.
  std::vector<Use> producers_of(const ObjectId& artifact) const {
    std::vector<Use> producers = uses_of_artifact(transaction_, artifact, EdgeRole::Output);
    if (const auto claim = claims_.find(artifact); claim != claims_.end()) {
      auto older = uses_of_artifact(transaction_, claim->second, EdgeRole::Output);
      producers.insert(producers.begin(), older.begin(), older.end());
    }
    std::erase_if(producers, [&](const Use& use) { return !node_of_job_.contains(use.job); });
    return producers;
  }

  std::optional<DagDependency> producer_of(std::size_t position, const Edge& input) const {
    if (!input.artifact) return std::nullopt;
    std::optional<DagDependency> elsewhere;
    const auto producers = producers_of(*input.artifact);
    for (auto use = producers.rbegin(); use != producers.rend(); ++use) {
      const std::size_t node = node_of_job_.at(use->job);
      if (node == position || !precedes(use->job, dag_.nodes[position].step.job)) continue;
      if (use->path == input.path) return DagDependency{.node = node, .via_content = false};
      if (!elsewhere) elsewhere = DagDependency{.node = node, .via_content = true};
    }
    return input.size > 0 ? elsewhere : std::nullopt;
  }

  bool precedes(const ObjectId& producer, const ObjectId& consumer) const {
    const Timestamp read = read_job(transaction_, consumer).ended;
    return read_job(transaction_, producer).started < read;
  }

  void connect(std::size_t position) {
    DagNode& node = dag_.nodes[position];
    std::map<std::size_t, bool> dependencies;  // node -> only via content
    for (const Edge& input : edges_[position]) {
      const auto dependency = producer_of(position, input);
      if (!dependency) continue;
      const auto [entry, added] = dependencies.emplace(dependency->node, dependency->via_content);
      if (!added) entry->second = entry->second && dependency->via_content;
      node.consumed += is_shown(input) ? 1U : 0U;
      mark_consumer(dag_.nodes[dependency->node], *input.artifact, position);
    }
    for (const auto& [producer, via_content] : dependencies) {
      node.dependencies.push_back({.node = producer, .via_content = via_content});
    }
  }

  static void mark_consumer(DagNode& producer, const ObjectId& artifact, std::size_t consumer) {
    for (DagFile& output : producer.outputs) {
      if (output.edge.artifact == artifact) output.consumers.push_back(consumer);
    }
  }

  // A node is stale if what stands at the path of one of its inputs by now is another content, by
  // another node's current job; and if it depends on a stale node.
  bool reads_old_version(std::size_t position) const {
    return std::ranges::any_of(edges_[position], [&](const Edge& input) {
      const auto current = current_.find(input.path);
      return current != current_.end() && current->second.first != position &&
             current->second.second != input.artifact &&
             depends_on(position, current->second.first);
    });
  }

  bool depends_on(std::size_t position, std::size_t producer) const {
    return std::ranges::any_of(
        dag_.nodes[position].dependencies,
        [&](const DagDependency& dependency) { return dependency.node == producer; });
  }

  void mark_stale() {
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) dag_.nodes[i].stale = reads_old_version(i);
    // Steps may depend on ones with a higher number, so this goes on until nothing changes.
    for (bool changed = true; changed;) {
      changed = false;
      for (DagNode& node : dag_.nodes) {
        const bool upstream = std::ranges::any_of(
            node.dependencies,
            [&](const DagDependency& dependency) { return dag_.nodes[dependency.node].stale; });
        changed = changed || (upstream && !node.stale);
        node.stale = node.stale || upstream;
      }
    }
  }

  const ReadTransaction& transaction_;
  Dag dag_;
  std::unordered_map<ObjectId, std::size_t> node_of_job_;
  std::unordered_map<ObjectId, ObjectId> claims_;  // content that was seen -> the claim about it
  std::vector<std::vector<Edge>> edges_;           // all inputs, by node
  std::map<std::string, std::pair<std::size_t, std::optional<ObjectId>>, std::less<>> current_;
};

}  // namespace

Dag dag_of_session(const ReadTransaction& transaction, std::string_view session) {
  return DagBuilder(transaction, session).build();
}

}  // namespace roar::plumbing
