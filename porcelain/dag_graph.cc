#include <map>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/base/error.h"
#include "plumbing/quote.h"
#include "porcelain/dag_text.h"
#include "porcelain/text.h"

namespace roar::porcelain {
namespace {

using plumbing::reference_of;

std::string label_of(const plumbing::DagNode& node) {
  return reference_of(node) + " " + title_of(node);
}

// A step's name is enough, unless its executions are apart.
std::string id_of(const plumbing::Dag& dag, const plumbing::DagNode& node) {
  return dag.expanded ? reference_of(node) + " " + node.job.short_uid : reference_of(node);
}

// Files as they are drawn: a file in a directory that is one artifact for some step is drawn as
// that directory for all of them, so that who made it and who reads it stay joined.
class Drawn {
 public:
  Drawn(const plumbing::Dag& dag, bool all_files) {
    if (all_files) return;
    for (const plumbing::DagNode& node : dag.nodes)
      for (const JobComposite& one : node.composites) composites_.insert(one.path);
  }

  // By name, each once; the name of a directory ends with a slash.
  std::set<std::string> names_of(const std::vector<plumbing::DagFile>& files) const {
    std::set<std::string> names;
    for (const plumbing::DagFile& file : files) names.insert(name_of(file.edge.path));
    return names;
  }

 private:
  std::string name_of(const std::string& path) const {
    for (std::size_t slash = path.find('/'); !composites_.empty() && slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      if (composites_.contains(std::string_view(path).substr(0, slash)))
        return path.substr(0, slash + 1);
    }
    return path;
  }

  std::set<std::string, std::less<>> composites_;
};

bool is_directory(std::string_view name) {
  return name.ends_with('/');
}

std::string dot_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string_view dot_style(const plumbing::DagNode& node) {
  if (node.superseded) return ",style=dotted";
  return node.stale ? ",style=dashed" : "";
}

// Mermaid reads entities between "#" and ";" in quoted text, and the rest as HTML.
std::string mermaid_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        result += "#quot;";
        break;
      case '#':
        result += "#35;";
        break;
      case '<':
        result += "#lt;";
        break;
      case '>':
        result += "#gt;";
        break;
      case '&':
        result += "#amp;";
        break;
      case '`':
        result += "#96;";
        break;
      default:
        result += c;
    }
  }
  return result + "\"";
}

// What Mermaid draws without being told otherwise.
constexpr std::size_t kMermaidEdges = 500;
constexpr std::size_t kMermaidCharacters = 50'000;

std::string mermaid_steps(const plumbing::Dag& dag) {
  std::string text = "flowchart LR\n";
  for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
    text += "  s" + std::to_string(i) + "[" + mermaid_string(label_of(dag.nodes[i])) + "]" +
            (dag.nodes[i].stale ? ":::stale" : "") + "\n";
  }
  return text;
}

struct Drawing {
  std::string text;
  std::size_t edges = 0;

  bool fits() const noexcept { return edges <= kMermaidEdges && text.size() <= kMermaidCharacters; }
};

constexpr std::string_view kMermaidClass = "  classDef stale stroke-dasharray: 5 5\n";

Drawing with_files(const plumbing::Dag& dag, const Drawn& drawn) {
  std::string files;
  std::string edges;
  std::map<std::string, std::size_t> numbers;
  Drawing drawing;
  const auto file_id = [&](const std::string& name) {
    const auto [entry, added] = numbers.emplace(name, numbers.size());
    std::string id = "f" + std::to_string(entry->second);
    if (added) {
      const std::string text = mermaid_string(plumbing::quoted_path(name));
      files += "  " + id + (is_directory(name) ? "[[" + text + "]]\n" : "([" + text + "])\n");
    }
    return id;
  };
  for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
    const std::string step = "s" + std::to_string(i);
    const std::set<std::string> inputs = drawn.names_of(dag.nodes[i].inputs);
    const std::set<std::string> outputs = drawn.names_of(dag.nodes[i].outputs);
    for (const std::string& name : inputs) edges += "  " + file_id(name) + " --> " + step + "\n";
    for (const std::string& name : outputs) edges += "  " + step + " --> " + file_id(name) + "\n";
    drawing.edges += inputs.size() + outputs.size();
    if (drawing.edges > kMermaidEdges) return drawing;
  }
  drawing.text = mermaid_steps(dag) + files + edges + std::string(kMermaidClass);
  return drawing;
}

Drawing without_files(const plumbing::Dag& dag) {
  Drawing drawing{.text = mermaid_steps(dag), .edges = 0};
  for (std::size_t i = 0; i < dag.nodes.size(); ++i) {
    for (const plumbing::DagDependency& dependency : dag.nodes[i].dependencies) {
      drawing.text += "  s" + std::to_string(dependency.node) +
                      (dependency.via_content ? " -.-> s" : " --> s") + std::to_string(i) + "\n";
      ++drawing.edges;
    }
  }
  drawing.text += kMermaidClass;
  return drawing;
}

}  // namespace

void print_dot(std::ostream& out, const plumbing::Dag& dag, bool all_files) {
  const Drawn drawn(dag, all_files);
  out << "digraph roar {\n  rankdir=LR;\n";
  for (const plumbing::DagNode& node : dag.nodes) {
    out << "  " << dot_string(id_of(dag, node))
        << " [shape=box,label=" << dot_string(label_of(node)) << dot_style(node) << "];\n";
  }
  std::set<std::string> folders;
  const auto file_node = [&](const std::string& name) {
    std::string node = dot_string(plumbing::quoted_path(name));
    if (is_directory(name) && folders.insert(name).second)
      out << "  " << node << " [shape=folder];\n";
    return node;
  };
  for (const plumbing::DagNode& node : dag.nodes) {
    const std::string step = dot_string(id_of(dag, node));
    for (const std::string& name : drawn.names_of(node.inputs)) {
      const std::string file = file_node(name);
      out << "  " << file << " -> " << step << ";\n";
    }
    for (const std::string& name : drawn.names_of(node.outputs)) {
      const std::string file = file_node(name);
      out << "  " << step << " -> " << file << ";\n";
    }
  }
  out << "}\n";
}

void print_mermaid(std::ostream& out, const plumbing::Dag& dag, bool all_files) {
  Drawing drawing = with_files(dag, Drawn(dag, all_files));
  if (!drawing.fits()) drawing = without_files(dag);
  if (!drawing.fits()) {
    throw Error(Errc::Unsupported, "cannot draw " + count_text(dag.nodes.size(), "step") +
                                       " with " +
                                       count_text(drawing.edges, "dependency", "dependencies") +
                                       ": Mermaid draws at most " + std::to_string(kMermaidEdges) +
                                       " lines and " + std::to_string(kMermaidCharacters) +
                                       " characters\nhint: use --dot, or --stale-only for a part");
  }
  out << drawing.text;
}

}  // namespace roar::porcelain
