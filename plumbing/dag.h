#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/history.h"
#include "plumbing/graph/stale_reason.h"
#include "plumbing/steps.h"
#include "plumbing/views.h"

namespace roar::plumbing {

class EdgeTable;  // graph/edge_table.h

// A step's output or input, in the DAG of its session.
struct DagFile {
  struct Edge {
    std::string path;  // stored form
    EdgeRole role = EdgeRole::Input;
    std::uint64_t size = 0;
    std::optional<ObjectId> artifact;
  };
  Edge edge;
  std::vector<std::size_t> consumers;  // positions of the nodes that read this output
};

struct DagDependency {
  std::size_t node = 0;      // position of the node that produced the content
  bool via_content = false;  // found under another path than the producer wrote
};

using JobVariables = std::vector<std::pair<std::string, std::string>>;

// What a node's job was, apart from what people are shown: for asking whether it still holds.
struct DagJob {
  Timestamp ended;
  std::array<std::optional<ObjectId>, kEdgeGroups> edges;  // as in Job
  std::optional<ObjectId> packages;
  std::shared_ptr<const JobVariables> variables;
  bool imported = false;  // its artifacts may be claims
};

struct DagNode {
  Step step;                     // its jobs are empty in an expanded DAG
  std::uint64_t executions = 0;  // of the step
  JobSummary job;                // stands for the step; in an expanded DAG one of its executions
  DagJob used;
  std::vector<DagFile> inputs;              // shown ones
  std::vector<DagFile> outputs;             // shown ones
  std::vector<JobComposite> composites;     // directories that it used as one, by path
  std::vector<DagDependency> dependencies;  // by position; each node once
  std::uint64_t consumed = 0;               // shown inputs that another node produced
  bool superseded = false;                  // another execution stands for the step
  bool beside = false;                      // of StepScope::beside
  // Set by find_stale() (graph/staleness.h).
  bool stale = false;
  std::vector<StaleReason> reasons;
};

// One session's steps and what they depend on.
struct Dag {
  std::string session;
  std::vector<DagNode> nodes;  // build steps first, then by number, then by age
  bool expanded = false;
  std::uint64_t left_out = 0;  // steps that were not asked for
};

// A part of a session's steps.
struct StepScope {
  std::vector<StepTip> judged;
  std::vector<StepTip> beside;  // those count for what they read and wrote, and are not judged
};

struct DagQuery {
  bool expanded = false;  // a node for every execution, not only for the one that stands for a step
  // Only the steps that are its tips, if it is not null, each by the job that stands for it: what
  // they have from others is as if nobody had made it.
  const StepSurvey* survey = nullptr;
  // Only these steps with all their executions, if it is not null.
  const StepScope* scope = nullptr;
};

// An input depends on the step whose job wrote its content at the same path before it was read, the
// latest such; failing that, on the latest step that wrote the content anywhere (marked), unless it
// was at the path before. Empty
// files only depend by path. Jobs that were superseded stand for their step, unless the DAG is
// expanded. Reads every job of the session once, and each node of the trees of their edges.
Dag dag_of_session(EdgeTable& edges, std::string_view session, const DagQuery& query = {});

// The nodes that are stale, and what they depend on among themselves.
Dag stale_part(Dag dag);

// "@1" of a node.
std::string reference_of(const DagNode& node);

}  // namespace roar::plumbing
