#include "plumbing/dag.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "objects/edge_tree.h"
#include "plumbing/claimed_content.h"
#include "plumbing/record_job.h"

namespace roar::plumbing {
namespace {

// Builds sort before runs because they come first in every pipeline.
using StepKey = std::tuple<bool, std::uint32_t>;

// A content at a path.
using Place = std::pair<ObjectId, std::string>;
struct PlaceHash {
  std::size_t operator()(const Place& place) const noexcept {
    return std::hash<ObjectId>{}(place.first) ^ std::hash<std::string>{}(place.second);
  }
};

class DagBuilder {
 public:
  DagBuilder(const ReadTransaction& transaction, std::string_view session, const DagQuery& query)
      : transaction_(transaction), query_(query) {
    dag_.session = session;
    dag_.expanded = query.expanded;
  }

  Dag build() {
    for (const JobPlace& place : places()) add_job(place);
    place_nodes();
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) read_files(i);
    connect();
    return std::move(dag_);
  }

 private:
  // What counts of a job that may be somebody's dependency.
  struct Producer {
    Timestamp started;
    StepKey step;
    std::size_t node = 0;  // position, once all are known
  };
  // Oldest first.
  std::vector<JobPlace> places() {
    if (query_.survey == nullptr) return jobs_of_session(transaction_, dag_.session);
    std::vector<JobPlace> places;
    const StepSurvey& survey = *query_.survey;
    dag_.left_out = survey.run_steps + survey.build_steps - survey.tips.size();
    for (const StepTip& tip : survey.tips) {
      for_each_job_of_step(transaction_, dag_.session, tip.kind, tip.step,
                           [&](const JobPlace& place) {
                             places.push_back(place);
                             return !read_job(transaction_, place.job).exit.success();
                           });
    }
    std::ranges::reverse(places);
    return places;
  }

  void add_job(const JobPlace& place) {
    const StepKey key{place.kind == JobKind::Run, place.step};
    const Job job = read_job(transaction_, place.job);
    const std::size_t number = producers_.size();
    producers_.push_back({.started = job.started, .step = key});
    add_outputs(number, job);
    std::vector<DagNode>& nodes = by_step_[key];
    if (!query_.expanded && !nodes.empty()) {
      DagNode& node = nodes.front();
      node.step.jobs.push_back(place.job);
      node.step.name = place.step_name;
      ++node.executions;
      // The latest that succeeded stands for the step, or the latest if none did.
      if (job.exit.success() || !node.job.exit.success()) represent(node, place, job);
      return;
    }
    DagNode node;
    node.step = {.kind = place.kind,
                 .number = place.step,
                 .name = place.step_name,
                 .job = place.job,
                 .jobs = {place.job}};
    node.executions = 1;
    represent(node, place, job);
    if (query_.expanded) node_of_producer_.push_back({key, nodes.size()});
    nodes.push_back(std::move(node));
  }

  void represent(DagNode& node, const JobPlace& place, const Job& job) {
    node.step.job = place.job;
    node.job = job_summary(transaction_, place, job);
    node.composites = job.composites;
    node.used = {.ended = job.ended,
                 .edges = job.edges,
                 .packages = job.packages,
                 .variables = shared(job.variables),
                 .imported = job.tracing.backend == kImported};
  }

  // Nearly all jobs of a session have the same ones.
  std::shared_ptr<const JobVariables> shared(const JobVariables& variables) {
    if (!variables_ || *variables_ != variables)
      variables_ = std::make_shared<const JobVariables>(variables);
    return variables_;
  }

  void add_outputs(std::size_t number, const Job& job) {
    const bool imported = job.tracing.backend == kImported;
    for (const EdgeGroup group : {EdgeGroup::Data, EdgeGroup::Code, EdgeGroup::System}) {
      const auto& root = job.edges.at(static_cast<std::size_t>(group));
      // Jobs of one session mostly share the tree of what they use of the system.
      if (!root || barren_.contains(*root)) continue;
      bool any = false;
      for_each_edge(transaction_, *root, [&](const Edge& edge) {
        if (edge.role != EdgeRole::Output) return true;
        any = true;
        if (!edge.artifact) return true;
        const ObjectId artifact = imported ? seen(*edge.artifact) : *edge.artifact;
        written_[{artifact, edge.path}].push_back(number);
        written_anywhere_[artifact].push_back(number);
        return true;
      });
      if (!any) barren_.insert(*root);
    }
  }

  // The artifact, or for a claim that of the content which was seen since.
  ObjectId seen(const ObjectId& artifact) const { return content_of(transaction_, artifact); }

  // Gives every step its place, and every job that of its step or, expanded, its own.
  void place_nodes() {
    std::map<StepKey, std::size_t> first;
    for (auto& [key, nodes] : by_step_) {
      first[key] = dag_.nodes.size();
      mark_superseded(nodes);
      for (DagNode& node : nodes) dag_.nodes.push_back(std::move(node));
    }
    for (std::size_t i = 0; i < producers_.size(); ++i) {
      producers_[i].node = query_.expanded
                               ? first.at(node_of_producer_[i].first) + node_of_producer_[i].second
                               : first.at(producers_[i].step);
    }
    by_step_.clear();
    dependencies_.resize(dag_.nodes.size());
  }

  static void mark_superseded(std::vector<DagNode>& nodes) {
    std::size_t stands = nodes.size() - 1;
    for (std::size_t i = nodes.size(); i-- > 0;) {
      if (!nodes[i].job.exit.success()) continue;
      stands = i;
      break;
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      nodes[i].superseded = i != stands;
      nodes[i].executions = nodes.size() > 1 ? nodes.size() : nodes[i].executions;
    }
  }

  void read_files(std::size_t position) {
    DagNode& node = dag_.nodes[position];
    for (const EdgeGroup group : {EdgeGroup::Data, EdgeGroup::Code, EdgeGroup::System}) {
      const auto& root = node.used.edges.at(static_cast<std::size_t>(group));
      if (!root || (group == EdgeGroup::System && barren_.contains(*root))) continue;
      for_each_edge(transaction_, *root, [&](const Edge& edge) {
        if (edge.role == EdgeRole::Input) note_dependency(position, edge);
        if (is_shown(edge)) add_file(node, edge);
        return true;
      });
    }
  }

  void add_file(DagNode& node, const Edge& edge) const {
    DagFile file{.edge = edge, .consumers = {}};
    if (node.used.imported && edge.artifact) file.edge.artifact = seen(*edge.artifact);
    (edge.role == EdgeRole::Input ? node.inputs : node.outputs).push_back(std::move(file));
  }

  void note_dependency(std::size_t position, const Edge& input) {
    if (!input.artifact) return;
    DagNode& node = dag_.nodes[position];
    const ObjectId artifact = node.used.imported ? seen(*input.artifact) : *input.artifact;
    const auto dependency = producer_of(position, input, artifact);
    if (!dependency) return;
    auto& known = dependencies_[position];
    const auto [entry, added] = known.emplace(dependency->node, dependency->via_content);
    if (!added) entry->second = entry->second && dependency->via_content;
    node.consumed += is_shown(input) ? 1U : 0U;
    consumed_.push_back({.producer = dependency->node, .artifact = artifact, .consumer = position});
  }

  std::optional<DagDependency> producer_of(std::size_t position, const Edge& input,
                                           const ObjectId& artifact) {
    if (const auto here = written_.find({artifact, input.path}); here != written_.end()) {
      const Producer* producer = latest_before(here->second, position);
      if (producer != nullptr) return DagDependency{.node = producer->node, .via_content = false};
    }
    const auto anywhere =
        input.size > 0 ? written_anywhere_.find(artifact) : written_anywhere_.end();
    if (anywhere == written_anywhere_.end()) return std::nullopt;
    const Producer* producer = latest_before(anywhere->second, position);
    if (producer == nullptr || was_read_before(artifact, input.path, producer->started)) {
      return std::nullopt;
    }
    return DagDependency{.node = producer->node, .via_content = true};
  }

  // Of jobs of other nodes, the latest that the node may have read from.
  const Producer* latest_before(const std::vector<std::size_t>& producers,
                                std::size_t position) const {
    const auto found = std::find_if(producers.rbegin(), producers.rend(), [&](std::size_t number) {
      const Producer& producer = producers_[number];
      return producer.node != position && producer.started < dag_.nodes[position].used.ended;
    });
    return found == producers.rend() ? nullptr : &producers_[*found];
  }

  // Then it was no copy of what was written after that.
  bool was_read_before(const ObjectId& artifact, const std::string& path, Timestamp when) {
    const auto [entry, added] = first_read_.try_emplace({artifact, path});
    if (added) {
      const auto reads = uses_of_artifact(transaction_, artifact, EdgeRole::Input);
      const auto first = std::ranges::find(reads, path, &Use::path);
      if (first != reads.end()) entry->second = read_job(transaction_, first->job).started;
    }
    return entry->second && *entry->second <= when;
  }

  void connect() {
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) {
      for (const auto& [producer, via_content] : dependencies_[i]) {
        dag_.nodes[i].dependencies.push_back({.node = producer, .via_content = via_content});
      }
    }
    std::ranges::stable_sort(consumed_, {}, &Consumed::producer);
    for (auto one = consumed_.begin(); one != consumed_.end();) {
      const auto end = std::find_if(one, consumed_.end(), [&](const Consumed& other) {
        return other.producer != one->producer;
      });
      mark_consumers(dag_.nodes[one->producer], {one, end});
      one = end;
    }
  }

  struct Consumed {
    std::size_t producer = 0;
    ObjectId artifact;
    std::size_t consumer = 0;
  };

  static void mark_consumers(DagNode& producer, std::span<const Consumed> consumed) {
    std::unordered_multimap<ObjectId, std::size_t> readers;
    for (const Consumed& one : consumed) readers.emplace(one.artifact, one.consumer);
    for (DagFile& output : producer.outputs) {
      if (!output.edge.artifact) continue;
      const auto [begin, end] = readers.equal_range(*output.edge.artifact);
      for (auto reader = begin; reader != end; ++reader) {
        output.consumers.push_back(reader->second);
      }
      std::ranges::sort(output.consumers);
      output.consumers.erase(std::unique(output.consumers.begin(), output.consumers.end()),
                             output.consumers.end());
    }
  }

  const ReadTransaction& transaction_;
  const DagQuery& query_;
  Dag dag_;
  std::map<StepKey, std::vector<DagNode>> by_step_;
  std::vector<Producer> producers_;                                // the jobs, oldest first
  std::vector<std::pair<StepKey, std::size_t>> node_of_producer_;  // expanded: which of the step's
  // Numbers of producers, oldest first.
  std::unordered_map<Place, std::vector<std::size_t>, PlaceHash> written_;
  std::unordered_map<ObjectId, std::vector<std::size_t>> written_anywhere_;
  std::unordered_map<Place, std::optional<Timestamp>, PlaceHash> first_read_;
  std::set<ObjectId> barren_;                              // trees without outputs
  std::shared_ptr<const JobVariables> variables_;          // of the job before
  std::vector<std::map<std::size_t, bool>> dependencies_;  // by node: node -> only via content
  std::vector<Consumed> consumed_;
};

}  // namespace

Dag dag_of_session(const ReadTransaction& transaction, std::string_view session,
                   const DagQuery& query) {
  return DagBuilder(transaction, session, query).build();
}

Dag stale_part(Dag dag) {
  std::vector<std::size_t> places(dag.nodes.size(), SIZE_MAX);  // old -> new
  Dag part{.session = dag.session, .nodes = {}, .expanded = dag.expanded, .left_out = dag.left_out};
  for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
    if (!dag.nodes[i].stale) continue;
    places[i] = part.nodes.size();
    part.nodes.push_back(std::move(dag.nodes[i]));
  }
  part.left_out += dag.nodes.size() - part.nodes.size();
  for (DagNode& node : part.nodes) {
    std::erase_if(node.dependencies,
                  [&](const DagDependency& one) { return places[one.node] == SIZE_MAX; });
    for (DagDependency& one : node.dependencies) one.node = places[one.node];
    for (DagFile& output : node.outputs) {
      std::erase_if(output.consumers, [&](std::size_t one) { return places[one] == SIZE_MAX; });
      for (std::size_t& consumer : output.consumers) consumer = places[consumer];
    }
  }
  return part;
}

std::string reference_of(const DagNode& node) {
  return step_reference(node.step.kind, node.step.number);
}

}  // namespace roar::plumbing
