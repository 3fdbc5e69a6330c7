#pragma once

#include <iosfwd>

#include "plumbing/dag.h"

namespace roar::porcelain {

// The DAG as a tree for a terminal: a node stands below the last of the nodes that it depends on,
// once all of those are drawn. `all_outputs`: those that other steps read as well as the final
// ones.
void print_tree(std::ostream& out, const plumbing::Dag& dag, bool all_outputs);

// The DAG in Graphviz's language: steps as boxes, files as ellipses.
void print_dot(std::ostream& out, const plumbing::Dag& dag);

}  // namespace roar::porcelain
