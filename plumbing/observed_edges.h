#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/base/file_stamp.h"
#include "objects/edge.h"
#include "objects/processes.h"
#include "plumbing/user_rules.h"
#include "plumbing/workspace.h"
#include "tracer/observation.h"

namespace roar::plumbing {

// Where an edge's content comes from.
struct EdgeSource {
  FileStamp stamp;                  // of the version that counts; meaningful for inputs and outputs
  std::optional<FileStamp> before;  // output: the version that was overwritten
  // Where that version can be read: at the edge's own path, or else at this absolute one; nowhere
  // if both say no.
  bool in_place = false;
  std::string elsewhere;

  bool exists() const noexcept { return in_place || !elsewhere.empty(); }
};

// The absolute path of a content that exists.
std::string content_path(const Workspace& workspace, const Edge& edge, const EdgeSource& source);

// Edges in the making. Apart from what they are made from, so that there is never a second set of
// them: there may be hundreds of thousands.
struct ObservedEdges {
  std::vector<Edge> edges;          // sorted by path and role
  std::vector<EdgeSource> sources;  // of the edge at the same place
  // Which processes read data and code, and which wrote whatever was written. By path, each once.
  std::vector<FileUse> uses;
  std::uint64_t credentials = 0;  // credential files that were read or written; they have no edge
  std::uint64_t ignored = 0;      // the same of files that a rule of the user's ignores
};

// Turns a tracer's accesses into edges: paths as they are stored, classes, roles. Takes the
// accesses out of the observation. `rules` are the user's. Files below any .roar directory are left
// out: they are this program's own, and opening a store's files while it is open would drop its
// locks. A token in a path is replaced; EdgeSource says where the file really is.
ObservedEdges observed_edges(const Workspace& workspace, tracer::Observation& observation,
                             std::span<const UserRule> rules);

}  // namespace roar::plumbing
