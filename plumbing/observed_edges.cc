#include "plumbing/observed_edges.h"

#include <stdlib.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "objects/base/file.h"
#include "objects/base/reorder.h"
#include "plumbing/redaction.h"
#include "tracer/observe.h"
#include "tracer/path_class.h"

namespace roar::plumbing {
namespace {

std::string variable(const char* name) {
  const char* value = ::getenv(name);  // NOLINT(concurrency-mt-unsafe): no one sets variables
  return value != nullptr ? value : "";
}

EdgeRole role_of(tracer::AccessKind kind) noexcept {
  switch (kind) {
    case tracer::AccessKind::Input:
      return EdgeRole::Input;
    case tracer::AccessKind::Output:
      return EdgeRole::Output;
    case tracer::AccessKind::Absent:
      return EdgeRole::Absent;
    case tracer::AccessKind::Listed:
      return EdgeRole::Listed;
  }
  return EdgeRole::Input;
}

// This program, wherever it is installed, is not what a job is about.
struct OwnFiles {
  std::string program = link_target("/proc/self/exe");
  std::string preload_library = tracer::preload_library();

  bool contain(const std::string& path) const { return path == program || path == preload_library; }
};

PathClass class_of(const tracer::FileAccess& access, const tracer::PathContext& context,
                   const OwnFiles& own) {
  if (own.contain(access.path)) return PathClass::Internal;
  const auto classified = tracer::classify_path(access.path, access.kind, context);
  constexpr std::uint32_t kExecutable = 0111;
  const bool script =
      classified.path_class == PathClass::Data && access.kind == tracer::AccessKind::Input &&
      ((access.evidence & tracer::kExecuted) != 0 || (access.mode & kExecutable) != 0) &&
      tracer::has_shebang(access.path);
  return script ? PathClass::Code : classified.path_class;
}

ObservedEdge edge_of(const Workspace& workspace, tracer::FileAccess& access, PathClass path_class,
                     Redactor& redactor) {
  constexpr std::uint32_t kExecutable = 0111;
  ObservedEdge observed;
  Edge& edge = observed.edge;
  edge.path = redactor.redact_path(stored_path(workspace, access.path));
  edge.spelled = redactor.redact_path(std::move(access.spelled));
  edge.role = role_of(access.kind);
  edge.path_class = path_class;
  edge.evidence = access.evidence;
  if (edge.role != EdgeRole::Input && edge.role != EdgeRole::Output) return observed;
  edge.size = access.stamp.size;
  edge.executable = (access.mode & kExecutable) != 0;
  edge.changed = access.changed;
  observed.stamp = access.stamp;
  observed.before = access.before;
  observed.content =
      edge.role == EdgeRole::Output ? std::move(access.path) : std::move(access.available_at);
  return observed;
}

bool is_below_roar(std::string_view path) noexcept {
  return path.find("/.roar/") != std::string_view::npos || path.ends_with("/.roar");
}

// The edges are in order of their absolute paths: those inside the project and those outside of it
// stay in order each, so this merges two runs.
void sort_by_path(std::vector<ObservedEdge>& edges) {
  std::vector<std::uint32_t> order(edges.size());
  std::iota(order.begin(), order.end(), 0);
  const auto outside = std::stable_partition(order.begin(), order.end(), [&](std::uint32_t i) {
    return !edges[i].edge.path.starts_with('/');
  });
  std::inplace_merge(order.begin(), outside, order.end(), [&](std::uint32_t i, std::uint32_t j) {
    const int path_order = edges[i].edge.path.compare(edges[j].edge.path);
    return path_order != 0 ? path_order < 0 : edges[i].edge.role < edges[j].edge.role;
  });
  reorder(edges, std::move(order));
}

}  // namespace

ObservedEdges observed_edges(const Workspace& workspace, tracer::Observation& observation) {
  const tracer::PathContext context{
      .root = workspace.root.string(), .home = variable("HOME"), .temporary = variable("TMPDIR")};
  const OwnFiles own;
  Redactor redactor(workspace);
  ObservedEdges result;
  result.edges.reserve(observation.accesses.size());
  for (tracer::FileAccess& access : observation.accesses) {
    if (is_below_roar(access.path)) continue;
    const PathClass path_class = class_of(access, context, own);
    if (path_class == PathClass::Credential) {
      const bool present = access.kind != tracer::AccessKind::Absent;
      result.credentials += present ? 1U : 0U;
      continue;
    }
    result.edges.push_back(edge_of(workspace, access, path_class, redactor));
  }
  observation.accesses = {};
  sort_by_path(result.edges);
  return result;
}

}  // namespace roar::plumbing
