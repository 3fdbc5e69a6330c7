#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/history.h"
#include "plumbing/steps.h"
#include "plumbing/views.h"

namespace roar::plumbing {

// A step's output or input, in the DAG of its session.
struct DagFile {
  Edge edge;
  std::vector<DigestRecord> digests;   // those that are shown, in order of preference
  std::vector<std::size_t> consumers;  // positions of the nodes that read this output
};

struct DagDependency {
  std::size_t node = 0;      // position of the node that produced the content
  bool via_content = false;  // found under another path than the producer wrote
};

struct DagNode {
  Step step;
  JobSummary job;                           // stands for the step
  std::vector<DagFile> inputs;              // shown ones
  std::vector<DagFile> outputs;             // shown ones
  std::vector<DagDependency> dependencies;  // by position; each node once
  std::uint64_t consumed = 0;               // shown inputs that another node produced
  bool stale = false;                       // an input has a newer version by now, here or upstream
};

// One session's steps and what they depend on.
struct Dag {
  std::string session;
  std::vector<DagNode> nodes;  // build steps first, then by number
};

// An input depends on the step whose job wrote its content at the same path before it was read, the
// latest such; failing that, on the latest step that wrote the content anywhere (marked). Empty
// files only depend by path. Jobs that were superseded stand for their step.
Dag dag_of_session(const ReadTransaction& transaction, std::string_view session);

}  // namespace roar::plumbing
