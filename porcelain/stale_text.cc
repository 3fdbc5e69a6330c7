#include "porcelain/stale_text.h"

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

constexpr std::size_t kReasonsShown = 4;  // of one step

void print_reasons(std::ostream& out, const plumbing::DagNode& node, std::size_t width) {
  std::string title = reference_of(node);
  title.resize(std::max(title.size(), width), ' ');
  const std::size_t shown = std::min(node.reasons.size(), kReasonsShown);
  for (std::size_t i = 0; i < shown; ++i) {
    out << "  " << title << "  " << reason_text(node.reasons[i]) << '\n';
    title.assign(title.size(), ' ');
  }
  if (shown < node.reasons.size()) {
    out << "  " << title << "  and " << count_text(node.reasons.size() - shown, "more reason")
        << " (--json for all)\n";
  }
}

}  // namespace

std::uint64_t stale_steps(const plumbing::Dag& dag) {
  return static_cast<std::uint64_t>(std::ranges::count_if(dag.nodes, &plumbing::DagNode::stale));
}

void print_stale(std::ostream& out, const plumbing::Dag& dag, std::size_t steps_max) {
  std::vector<const plumbing::DagNode*> nodes;
  std::size_t width = 0;
  std::size_t left_out = 0;
  for (const plumbing::DagNode& node : dag.nodes) {
    if (!node.stale) continue;
    if (nodes.size() == steps_max) {
      ++left_out;
      continue;
    }
    nodes.push_back(&node);
    width = std::max(width, reference_of(node).size());
  }
  for (const plumbing::DagNode* node : nodes) print_reasons(out, *node, width);
  if (left_out > 0) {
    out << "  and " << count_text(left_out, "more stale step") << " (roar dag --stale-only)\n";
  }
}

json::Array reasons_json(const plumbing::DagNode& node) {
  json::Array list;
  for (const plumbing::StaleReason& reason : node.reasons) {
    json::Object entry{{"cause", cause_name(reason.cause)}, {"change", change_name(reason.change)}};
    json::put_bytes(entry, "subject", reason.subject);
    json::put_bytes(entry, "text", reason_text(reason));
    if (!reason.was.empty()) json::put_bytes(entry, "was", reason.was);
    if (!reason.is.empty()) json::put_bytes(entry, "is", reason.is);
    if (!reason.step.empty()) entry.emplace("step", reason.step);
    list.emplace_back(std::move(entry));
  }
  return list;
}

json::Array stale_json(const plumbing::Dag& dag) {
  json::Array list;
  for (const plumbing::DagNode& node : dag.nodes) {
    if (!node.stale) continue;
    list.emplace_back(json::Object{{"step", reference_of(node)}, {"reasons", reasons_json(node)}});
  }
  return list;
}

}  // namespace roar::porcelain
