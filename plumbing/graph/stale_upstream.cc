#include "plumbing/graph/stale_upstream.h"

#include <algorithm>
#include <string>
#include <vector>

namespace roar::plumbing {
namespace {

// What changed an output outside says nothing about what a new run of the step would make.
bool taints(const DagNode& node) {
  return std::ranges::any_of(
      node.reasons, [](const StaleReason& reason) { return reason.cause != StaleCause::Output; });
}

// The nodes that depend on each.
std::vector<std::vector<std::size_t>> dependents_of(const Dag& dag) {
  std::vector<std::vector<std::size_t>> dependents(dag.nodes.size());
  for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
    if (dag.nodes[i].superseded) continue;
    for (const DagDependency& dependency : dag.nodes[i].dependencies)
      dependents[dependency.node].push_back(i);
  }
  return dependents;
}

// Steps may depend on ones with a higher number, and in circles.
std::vector<bool> tainted_nodes(const Dag& dag) {
  std::vector<bool> tainted(dag.nodes.size());
  std::vector<std::size_t> pending;
  const auto taint = [&](std::size_t node) {
    if (tainted[node]) return;
    tainted[node] = true;
    pending.push_back(node);
  };
  for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
    if (taints(dag.nodes[i])) taint(i);
  }
  const auto dependents = dependents_of(dag);
  while (!pending.empty()) {
    const std::size_t node = pending.back();
    pending.pop_back();
    for (const std::size_t dependent : dependents[node]) taint(dependent);
  }
  return tainted;
}

}  // namespace

void find_stale_upstream(Dag& dag) {
  const std::vector<bool> tainted = tainted_nodes(dag);
  for (DagNode& node : dag.nodes) {
    if (node.superseded) continue;
    for (const DagDependency& dependency : node.dependencies) {
      if (!tainted[dependency.node]) continue;
      const std::string step = reference_of(dag.nodes[dependency.node]);
      node.reasons.push_back({.cause = StaleCause::Upstream,
                              .change = StaleChange::Stale,
                              .subject = step,
                              .was = {},
                              .is = {},
                              .step = step});
      node.stale = true;
    }
  }
}

}  // namespace roar::plumbing
