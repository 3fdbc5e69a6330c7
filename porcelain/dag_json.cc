#include "porcelain/dag_json.h"

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include "porcelain/json_views.h"
#include "porcelain/stale_text.h"

namespace roar::porcelain {
namespace {

json::Array files_json(const plumbing::Dag& dag, const std::vector<plumbing::DagFile>& files) {
  json::Array list;
  for (const plumbing::DagFile& file : files) {
    json::Object entry{{"size", file.edge.size}};
    json::put_bytes(entry, "path", file.edge.path);
    if (file.edge.artifact) entry.emplace("artifact_oid", file.edge.artifact->hex());
    json::Array consumers;
    for (const std::size_t node : file.consumers) {
      const plumbing::Step& step = dag.nodes[node].step;
      consumers.emplace_back(plumbing::step_reference(step.kind, step.number));
    }
    if (file.edge.role == EdgeRole::Output) entry.emplace("consumers", std::move(consumers));
    list.emplace_back(std::move(entry));
  }
  return list;
}

json::Object node_json(const plumbing::Dag& dag, const plumbing::DagNode& node) {
  json::Array dependencies;
  for (const plumbing::DagDependency& dependency : node.dependencies) {
    const plumbing::Step& step = dag.nodes[dependency.node].step;
    json::Object entry{{"step", plumbing::step_reference(step.kind, step.number)}};
    if (dependency.via_content) entry.emplace("via_content", true);
    dependencies.emplace_back(std::move(entry));
  }
  json::Object object = job_summary_json(node.job);
  object["step_number"] = json::Value(node.step.number);
  object["is_build"] = json::Value(node.step.kind == JobKind::Build);
  object["state"] = json::Value(node.superseded ? "superseded" : (node.stale ? "stale" : "active"));
  if (!node.reasons.empty()) object["reasons"] = json::Value(reasons_json(node));
  object["executions"] = json::Value(node.executions);
  object["inputs"] = json::Value(files_json(dag, node.inputs));
  object["outputs"] = json::Value(files_json(dag, node.outputs));
  json::Array composites;
  for (const JobComposite& one : node.composites) {
    json::Object entry{{"composite_oid", one.composite.hex()}, {"role", role_name(one.role)}};
    json::put_bytes(entry, "path", one.path);
    composites.emplace_back(std::move(entry));
  }
  if (!composites.empty()) object["composites"] = json::Value(std::move(composites));
  object["consumed"] = json::Value(node.consumed);
  object["dependencies"] = json::Value(std::move(dependencies));
  return object;
}

}  // namespace

void print_dag_json(std::ostream& out, const plumbing::Dag& dag) {
  const auto steps = std::ranges::count(dag.nodes, false, &plumbing::DagNode::superseded);
  json::Object object{{"type", "dag"},
                      {"session", dag.session},
                      {"total_steps", std::int64_t{steps}},
                      {"stale_count", stale_steps(dag)},
                      {"is_expanded", dag.expanded}};
  print_json_list(out, std::move(object), "nodes", dag.nodes.size(),
                  [&](std::size_t i) { return node_json(dag, dag.nodes[i]); });
}

}  // namespace roar::porcelain
