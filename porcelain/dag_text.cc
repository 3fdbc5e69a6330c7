#include "porcelain/dag_text.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "plumbing/quote.h"
#include "plumbing/steps.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

std::string reference_of(const plumbing::DagNode& node) {
  return plumbing::step_reference(node.step.kind, node.step.number);
}

std::string title_of(const plumbing::DagNode& node) {
  return node.step.name.empty() ? command_text(node.job.argv, 60) : node.step.name;
}

class TreePrinter {
 public:
  TreePrinter(std::ostream& out, const plumbing::Dag& dag, bool all_outputs)
      : out_(out), dag_(dag), all_outputs_(all_outputs), children_(dag.nodes.size()) {
    for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
      const auto parent = parent_of(i);
      if (parent == i) {
        roots_.push_back(i);
      } else {
        children_[parent].push_back(i);
      }
    }
  }

  void print() {
    for (const std::size_t root : roots_) {
      out_ << line_of(dag_.nodes[root]) << '\n';
      print_below(root, "");
    }
  }

 private:
  // The last dependency in drawing order; the node itself if it has none. Following dependencies
  // with a smaller position only makes this a forest even where steps form a cycle.
  std::size_t parent_of(std::size_t position) const {
    std::size_t parent = position;
    for (const plumbing::DagDependency& dependency : dag_.nodes[position].dependencies) {
      if (dependency.node >= position) continue;
      parent = parent == position ? dependency.node : std::max(parent, dependency.node);
    }
    return parent;
  }

  std::string line_of(const plumbing::DagNode& node) const {
    std::string line =
        reference_of(node) + " " + title_of(node) + "  in:" + std::to_string(node.inputs.size()) +
        " out:" + std::to_string(node.outputs.size()) + " cons:" + std::to_string(node.consumed);
    if (node.dependencies.size() > 1) {
      line += "  after:";
      for (std::size_t i = 0; i < node.dependencies.size(); ++i) {
        line += (i == 0 ? "" : ",") + reference_of(dag_.nodes[node.dependencies[i].node]);
      }
    }
    if (!node.job.exit.success()) line += "  (" + exit_text(node.job.exit) + ")";
    return node.stale ? line + " *" : line;
  }

  void print_below(std::size_t position, const std::string& indent) {
    std::vector<const plumbing::DagFile*> files;
    for (const plumbing::DagFile& file : dag_.nodes[position].outputs) {
      if (all_outputs_ || file.consumers.empty()) files.push_back(&file);
    }
    std::size_t left = files.size() + children_[position].size();
    for (const plumbing::DagFile* file : files) {
      out_ << indent << (--left > 0 ? "├──> " : "└──> ") << '('
           << plumbing::quoted_path(file->edge.path) << ')'
           << (file->consumers.empty() ? "" : " (intermediate)") << '\n';
    }
    for (const std::size_t child : children_[position]) {
      const bool last = --left == 0;
      out_ << indent << (last ? "└──> " : "├──> ") << line_of(dag_.nodes[child]) << '\n';
      print_below(child, indent + (last ? "     " : "│    "));
    }
  }

  std::ostream& out_;
  const plumbing::Dag& dag_;
  bool all_outputs_;
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::size_t> roots_;
};

std::string dot_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

void print_dot_files(std::ostream& out, const plumbing::DagNode& node) {
  for (const plumbing::DagFile& file : node.inputs) {
    out << "  " << dot_string(plumbing::quoted_path(file.edge.path)) << " -> "
        << dot_string(reference_of(node)) << ";\n";
  }
  for (const plumbing::DagFile& file : node.outputs) {
    out << "  " << dot_string(reference_of(node)) << " -> "
        << dot_string(plumbing::quoted_path(file.edge.path)) << ";\n";
  }
}

}  // namespace

void print_tree(std::ostream& out, const plumbing::Dag& dag, bool all_outputs) {
  const auto stale = std::ranges::count_if(dag.nodes, &plumbing::DagNode::stale);
  out << "Pipeline: " << count_text(dag.nodes.size(), "step");
  if (stale > 0) out << " (" << count_text(static_cast<std::uint64_t>(stale), "stale step") << ")";
  out << "\n\n";
  if (dag.nodes.empty()) {
    out << "No steps in pipeline.\n";
    return;
  }
  TreePrinter(out, dag, all_outputs).print();
  const bool builds = std::ranges::any_of(
      dag.nodes, [](const plumbing::DagNode& node) { return node.step.kind == JobKind::Build; });
  if (stale > 0 || builds) out << "\nLegend: ";
  if (stale > 0) out << "* = stale" << (builds ? ", " : "");
  if (builds) out << "B = build step";
  if (stale > 0 || builds) out << '\n';
}

void print_dot(std::ostream& out, const plumbing::Dag& dag) {
  out << "digraph roar {\n  rankdir=LR;\n";
  for (const plumbing::DagNode& node : dag.nodes) {
    out << "  " << dot_string(reference_of(node))
        << " [shape=box,label=" << dot_string(reference_of(node) + " " + title_of(node)) << "];\n";
  }
  for (const plumbing::DagNode& node : dag.nodes) print_dot_files(out, node);
  out << "}\n";
}

}  // namespace roar::porcelain
