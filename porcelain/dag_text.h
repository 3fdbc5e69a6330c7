#pragma once

#include <iosfwd>
#include <string>

#include "plumbing/dag.h"

namespace roar::porcelain {

// A step's name, or else its command.
std::string title_of(const plumbing::DagNode& node);

// The DAG as a tree for a terminal: a node stands below the last of the nodes that it depends on,
// once all of those are drawn. `all_outputs`: those that other steps read as well as the final
// ones.
void print_tree(std::ostream& out, const plumbing::Dag& dag, bool all_outputs);

// The DAG in Graphviz's language: steps as boxes, files as ellipses, composites as folders. A
// composite of one step stands for its files wherever they are used, unless `all_files`.
void print_dot(std::ostream& out, const plumbing::Dag& dag, bool all_files);

// The DAG as a Mermaid flow chart, with composites likewise; of more than that draws, the steps
// alone. Throws Errc::Unsupported if even those are too many.
void print_mermaid(std::ostream& out, const plumbing::Dag& dag, bool all_files);

}  // namespace roar::porcelain
