#include "plumbing/dag.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "objects/numbered_history.h"
#include "plumbing/graph/edge_table.h"
#include "plumbing/graph/first_reads.h"
#include "plumbing/graph/written_contents.h"
#include "plumbing/record_job.h"

namespace roar::plumbing {
namespace {

// Builds sort before runs because they come first in every pipeline.
using StepKey = std::tuple<bool, std::uint32_t>;

constexpr std::array kGroups{EdgeGroup::Data, EdgeGroup::Code, EdgeGroup::System};

class DagBuilder {
 public:
  DagBuilder(EdgeTable& edges, std::string_view session, const DagQuery& query)
      : edges_(edges), query_(query), first_reads_(edges.transaction()) {
    dag_.session = session;
    dag_.expanded = query.expanded;
  }

  Dag build() {
    add_jobs();
    place_nodes();
    written_.arrange();
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) read_files(i);
    connect();
    return std::move(dag_);
  }

 private:
  using JobNumber = WrittenContents::JobNumber;

  // Oldest first.
  void add_jobs() {
    const auto add = [this](const JobPlace& place, const Job& job) { add_job(place, job); };
    if (query_.survey != nullptr) return add_tips(*query_.survey);
    if (query_.scope == nullptr)
      return for_each_read_job_of_session(edges_.transaction(), dag_.session, add);
    std::vector<StepTip> steps = query_.scope->judged;
    steps.insert(steps.end(), query_.scope->beside.begin(), query_.scope->beside.end());
    for_each_read_job_of_steps(edges_.transaction(), dag_.session, steps, add);
    for (const StepTip& step : query_.scope->beside) {
      for (DagNode& node : by_step_[{step.kind == JobKind::Run, step.step}]) node.beside = true;
    }
  }

  void add_tips(const StepSurvey& survey) {
    dag_.left_out = survey.run_steps + survey.build_steps - survey.tips.size();
    std::vector<std::pair<JobPlace, Job>> jobs;
    for (const StepTip& tip : survey.tips) {
      for_each_read_job_of_step(edges_.transaction(), dag_.session, tip.kind, tip.step,
                                [&](const JobPlace& place, Job& job) {
                                  const bool success = job.exit.success();
                                  jobs.emplace_back(place, std::move(job));
                                  return !success;
                                });
    }
    for (auto job = jobs.rbegin(); job != jobs.rend(); ++job) add_job(job->first, job->second);
  }

  void add_job(const JobPlace& place, const Job& job) {
    const StepKey key{place.kind == JobKind::Run, place.step};
    add_outputs(written_.add_job(job.started), job);
    std::vector<DagNode>& nodes = by_step_[key];
    if (!query_.expanded) step_of_job_.emplace_back(key, 0);
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
    if (query_.expanded) step_of_job_.emplace_back(key, nodes.size());
    nodes.push_back(std::move(node));
  }

  void represent(DagNode& node, const JobPlace& place, const Job& job) {
    node.step.job = place.job;
    node.job = job_summary(edges_.transaction(), place, job);
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

  void add_outputs(JobNumber number, const Job& job) {
    const bool imported = job.tracing.backend == kImported;
    for (const EdgeGroup group : kGroups) {
      const NumberedNode* tree = edges_.tree(job.edges.at(static_cast<std::size_t>(group)));
      if (tree == nullptr || !tree->has_outputs) continue;
      for_each_numbered_edge(*tree, [&](const NumberedEdge& edge) {
        if (edge.role != EdgeRole::Output || edge.artifact == kNoNumber) return;
        written_.add(edges_.content_of(edge, imported), edge.path, number);
      });
    }
  }

  // Gives every step its place, and every job that of its step or, expanded, its own.
  void place_nodes() {
    std::map<StepKey, std::size_t> first;
    std::size_t count = 0;
    for (const auto& [key, nodes] : by_step_) count += nodes.size();
    dag_.nodes.reserve(count);
    while (!by_step_.empty()) {
      auto& [key, nodes] = *by_step_.begin();
      first.emplace_hint(first.end(), key, dag_.nodes.size());
      mark_superseded(nodes);
      for (DagNode& node : nodes) dag_.nodes.push_back(std::move(node));
      by_step_.erase(by_step_.begin());
    }
    node_of_job_.reserve(step_of_job_.size());
    for (const auto& [key, place] : step_of_job_) node_of_job_.push_back(first.at(key) + place);
    step_of_job_ = {};
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
    for (const EdgeGroup group : kGroups) {
      const NumberedNode* tree = edges_.tree(node.used.edges.at(static_cast<std::size_t>(group)));
      if (tree == nullptr || (group == EdgeGroup::System && !tree->has_outputs)) continue;
      for_each_numbered_edge(*tree, [&](const NumberedEdge& edge) {
        if (edge.role == EdgeRole::Input) note_dependency(position, edge);
        if (is_shown(edge.role, edge.path_class)) add_file(node, edge);
      });
    }
    unite(node.dependencies);
  }

  void add_file(DagNode& node, const NumberedEdge& edge) {
    DagFile file{.edge = {.path = edges_.path(edge.path),
                          .role = edge.role,
                          .size = edge.size,
                          .artifact = {}},
                 .consumers = {}};
    const ArtifactNumber content = edges_.content_of(edge, node.used.imported);
    if (content != kNoNumber) file.edge.artifact = edges_.artifact(content);
    (edge.role == EdgeRole::Input ? node.inputs : node.outputs).push_back(std::move(file));
  }

  void note_dependency(std::size_t position, const NumberedEdge& input) {
    DagNode& node = dag_.nodes[position];
    const ArtifactNumber content = edges_.content_of(input, node.used.imported);
    if (content == kNoNumber) return;
    const auto dependency = producer_of(position, input, content);
    if (!dependency) return;
    node.dependencies.push_back(*dependency);
    node.consumed += is_shown(input.role, input.path_class) ? 1U : 0U;
    consumed_.push_back({.producer = dependency->node, .content = content, .consumer = position});
  }

  // Each node once; by content alone if all that came from it did.
  static void unite(std::vector<DagDependency>& dependencies) {
    std::ranges::sort(dependencies, {}, [](const DagDependency& one) {
      return std::pair(one.node, one.via_content);
    });
    const auto same_node = [](const DagDependency& one, const DagDependency& other) {
      return one.node == other.node;
    };
    dependencies.erase(std::unique(dependencies.begin(), dependencies.end(), same_node),
                       dependencies.end());
    dependencies.shrink_to_fit();
  }

  // Of jobs of other nodes, the latest that the node may have read from.
  std::optional<DagDependency> producer_of(std::size_t position, const NumberedEdge& input,
                                           ArtifactNumber content) {
    const Timestamp ended = dag_.nodes[position].used.ended;
    const auto is_other = [&](JobNumber job) { return node_of_job_[job] != position; };
    if (const auto job = written_.latest_at(content, input.path, ended, is_other))
      return DagDependency{.node = node_of_job_[*job], .via_content = false};
    if (input.size == 0) return std::nullopt;
    const auto job = written_.latest_anywhere(content, ended, is_other);
    if (!job) return std::nullopt;
    // What was read here before that was written elsewhere is no copy of it.
    const auto read = first_reads_.when(edges_.artifact(content), edges_.path(input.path));
    if (read && *read <= written_.started(*job)) return std::nullopt;
    return DagDependency{.node = node_of_job_[*job], .via_content = true};
  }

  // Says of every output who read it.
  void connect() {
    const auto order = [](const Consumed& one) {
      return std::tuple(one.producer, one.content, one.consumer);
    };
    std::ranges::sort(consumed_, {}, order);
    const auto same = [&](const Consumed& one, const Consumed& other) {
      return order(one) == order(other);
    };
    consumed_.erase(std::unique(consumed_.begin(), consumed_.end(), same), consumed_.end());
    for (auto one = consumed_.begin(); one != consumed_.end();) {
      const auto next = std::find_if(one, consumed_.end(), [&](const Consumed& other) {
        return other.producer != one->producer;
      });
      mark_consumers(dag_.nodes[one->producer], {one, next});
      one = next;
    }
  }

  struct Consumed {
    std::size_t producer = 0;
    ArtifactNumber content = 0;
    std::size_t consumer = 0;
  };

  // Sorted by content and consumer.
  void mark_consumers(DagNode& producer, std::span<const Consumed> consumed) {
    for (DagFile& output : producer.outputs) {
      if (!output.edge.artifact) continue;
      const ArtifactNumber content = edges_.number_of_artifact(*output.edge.artifact);
      const auto first = std::ranges::lower_bound(consumed, content, {}, &Consumed::content);
      const auto end = std::ranges::upper_bound(consumed, content, {}, &Consumed::content);
      output.consumers.reserve(static_cast<std::size_t>(end - first));
      for (auto reader = first; reader != end; ++reader)
        output.consumers.push_back(reader->consumer);
    }
  }

  EdgeTable& edges_;
  const DagQuery& query_;
  FirstReads first_reads_;
  Dag dag_;
  std::map<StepKey, std::vector<DagNode>> by_step_;
  WrittenContents written_;                                   // by the jobs, oldest first
  std::vector<std::pair<StepKey, std::size_t>> step_of_job_;  // and expanded, which of its nodes
  std::vector<std::size_t> node_of_job_;                      // positions
  std::vector<Consumed> consumed_;
  std::shared_ptr<const JobVariables> variables_;  // of the last node
};

}  // namespace

Dag dag_of_session(EdgeTable& edges, std::string_view session, const DagQuery& query) {
  return DagBuilder(edges, session, query).build();
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
