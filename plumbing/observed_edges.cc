#include "plumbing/observed_edges.h"

#include <stdlib.h>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "objects/base/file.h"
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

ObservedEdge edge_of(const Workspace& workspace, tracer::FileAccess& access, PathClass path_class) {
  constexpr std::uint32_t kExecutable = 0111;
  ObservedEdge observed;
  Edge& edge = observed.edge;
  edge.path = stored_path(workspace, access.path);
  edge.spelled = std::move(access.spelled);
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

}  // namespace

ObservedEdges observed_edges(const Workspace& workspace, tracer::Observation& observation) {
  const tracer::PathContext context{
      .root = workspace.root.string(), .home = variable("HOME"), .temporary = variable("TMPDIR")};
  const OwnFiles own;
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
    result.edges.push_back(edge_of(workspace, access, path_class));
  }
  observation.accesses = {};
  std::ranges::sort(result.edges, {}, [](const ObservedEdge& observed) {
    return std::tie(observed.edge.path, observed.edge.role);
  });
  return result;
}

}  // namespace roar::plumbing
