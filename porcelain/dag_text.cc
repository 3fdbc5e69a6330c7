#include "porcelain/dag_text.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "plumbing/quote.h"
#include "plumbing/steps.h"
#include "porcelain/stale_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::reference_of;

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
      // Not by recursion: a chain may have a hundred thousand steps.
      std::vector<Below> stack;
      push_children(root, "", stack);
      while (!stack.empty()) {
        const Below below = std::move(stack.back());
        stack.pop_back();
        out_ << below.indent << (below.last ? "└──> " : "├──> ") << line_of(dag_.nodes[below.node])
             << '\n';
        push_children(below.node, below.indent + indent_below(below), stack);
      }
    }
  }

 private:
  struct Below {
    std::size_t node = 0;
    std::string indent;
    bool last = false;
  };

  // Deeper down all stand at one margin.
  static std::string indent_below(const Below& below) {
    constexpr std::size_t kIndentMax = 200;
    if (below.indent.size() > kIndentMax) return {};
    return below.last ? "     " : "│    ";
  }

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
    if (node.superseded) line += " [superseded]";
    return node.stale ? line + " *" : line;
  }

  // A composite stands for its files, unless all are asked for.
  std::vector<std::string> output_lines(const plumbing::DagNode& node) const {
    std::vector<std::string> lines;
    std::map<std::string, std::size_t> in_composites;  // files, by the directory's path
    for (const plumbing::DagFile& file : node.outputs) {
      if (!all_outputs_ && !file.consumers.empty()) continue;
      const auto whole = std::ranges::find_if(node.composites, [&](const JobComposite& one) {
        return file.edge.path.starts_with(one.path + '/');
      });
      if (!all_outputs_ && whole != node.composites.end()) {
        ++in_composites[whole->path];
        continue;
      }
      lines.push_back('(' + plumbing::quoted_path(file.edge.path) + ')' +
                      (file.consumers.empty() ? "" : " (intermediate)"));
    }
    for (const auto& [path, files] : in_composites)
      lines.push_back('(' + plumbing::quoted_path(path + '/') + ", " + count_text(files, "file") +
                      ')');
    return lines;
  }

  // Prints the outputs of a node, and leaves its children for later.
  void push_children(std::size_t position, const std::string& indent, std::vector<Below>& stack) {
    const std::vector<std::size_t>& children = children_[position];
    const std::vector<std::string> lines = output_lines(dag_.nodes[position]);
    std::size_t left = lines.size() + children.size();
    for (const std::string& line : lines)
      out_ << indent << (--left > 0 ? "├──> " : "└──> ") << line << '\n';
    for (auto child = children.rbegin(); child != children.rend(); ++child) {
      stack.push_back({.node = *child, .indent = indent, .last = child == children.rbegin()});
    }
  }

  std::ostream& out_;
  const plumbing::Dag& dag_;
  bool all_outputs_;
  std::vector<std::vector<std::size_t>> children_;
  std::vector<std::size_t> roots_;
};

void print_legend(std::ostream& out, const plumbing::Dag& dag, bool stale) {
  std::vector<std::string_view> words;
  if (stale) words.emplace_back("* = stale");
  if (std::ranges::any_of(dag.nodes, [](const plumbing::DagNode& node) {
        return node.step.kind == JobKind::Build;
      })) {
    words.emplace_back("B = build step");
  }
  if (std::ranges::any_of(dag.nodes, &plumbing::DagNode::superseded)) {
    words.emplace_back("[superseded] = previous run");
  }
  for (std::size_t i = 0; i < words.size(); ++i) out << (i == 0 ? "\nLegend: " : ", ") << words[i];
  if (!words.empty()) out << '\n';
}

std::size_t steps_of(const plumbing::Dag& dag) {
  return static_cast<std::size_t>(
      std::ranges::count(dag.nodes, false, &plumbing::DagNode::superseded));
}

}  // namespace

std::string title_of(const plumbing::DagNode& node) {
  return node.step.name.empty() ? command_text(node.job.argv, 60) : node.step.name;
}

void print_tree(std::ostream& out, const plumbing::Dag& dag, bool all_outputs) {
  const auto stale = std::ranges::count_if(dag.nodes, &plumbing::DagNode::stale);
  out << "Pipeline: " << count_text(steps_of(dag), "step");
  if (dag.expanded && dag.nodes.size() > steps_of(dag)) {
    out << " (" << count_text(dag.nodes.size(), "run") << " shown)";
  }
  if (stale > 0) out << " (" << count_text(static_cast<std::uint64_t>(stale), "stale step") << ")";
  out << "\n\n";
  if (dag.nodes.empty()) {
    out << "No steps in pipeline.\n";
    return;
  }
  TreePrinter(out, dag, all_outputs).print();
  print_legend(out, dag, stale > 0);
  if (stale > 0) {
    out << "\nStale:\n";
    print_stale(out, dag, dag.nodes.size());
  }
}

}  // namespace roar::porcelain
