#include "plumbing/observed_edges.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "objects/base/reorder.h"
#include "plumbing/classify.h"
#include "plumbing/redaction.h"

namespace roar::plumbing {
namespace {

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

// Takes the access apart.
void add_edge(const Workspace& workspace, tracer::FileAccess& access, PathClass path_class,
              Redactor& redactor, ObservedEdges& result) {
  constexpr std::uint32_t kExecutable = 0111;
  Edge& edge = result.edges.emplace_back();
  EdgeSource& source = result.sources.emplace_back();
  std::string stored = stored_path(workspace, access.path);
  const bool is_redacted = (edge.path = redactor.redact_path(stored)) != stored;
  edge.spelled = redactor.redact_path(std::move(access.spelled));
  edge.role = role_of(access.kind);
  edge.path_class = path_class;
  edge.evidence = access.evidence;
  if (edge.role != EdgeRole::Input && edge.role != EdgeRole::Output) return;
  edge.size = access.stamp.size;
  edge.executable = (access.mode & kExecutable) != 0;
  edge.changed = access.changed;
  source.stamp = access.stamp;
  source.before = access.before;
  std::string& content = edge.role == EdgeRole::Output ? access.path : access.available_at;
  source.in_place = content == access.path && !is_redacted;
  if (!source.in_place) source.elsewhere = std::move(content);
}

// Of what the system is made of, nobody asks which process used it.
bool counts_users(const Edge& edge) noexcept {
  if (edge.role == EdgeRole::Output) return true;
  return edge.role == EdgeRole::Input &&
         (edge.path_class == PathClass::Data || edge.path_class == PathClass::Code ||
          edge.path_class == PathClass::Temporary);
}

void add_use(const tracer::Observation& observation, const tracer::FileAccess& access,
             const Edge& edge, std::vector<FileUse>& uses) {
  if (!counts_users(edge) || access.readers.count + access.writers.count == 0) return;
  const auto listed = [&](const tracer::Users& users) {
    const auto begin = observation.users.begin() + users.begin;
    return std::vector<std::uint32_t>(begin, begin + users.count);
  };
  uses.push_back(
      {.path = edge.path, .readers = listed(access.readers), .writers = listed(access.writers)});
}

void merge_into(std::vector<std::uint32_t>& numbers, const std::vector<std::uint32_t>& others) {
  numbers.insert(numbers.end(), others.begin(), others.end());
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

// A file that was read and written has one use, and so have files that redaction gives one path.
void sort_and_merge(std::vector<FileUse>& uses) {
  std::ranges::stable_sort(uses, {}, &FileUse::path);
  std::vector<FileUse> merged;
  for (FileUse& use : uses) {
    if (merged.empty() || merged.back().path != use.path) {
      merged.push_back(std::move(use));
      continue;
    }
    merge_into(merged.back().readers, use.readers);
    merge_into(merged.back().writers, use.writers);
  }
  uses = std::move(merged);
}

bool is_below_roar(std::string_view path) noexcept {
  return path.find("/.roar/") != std::string_view::npos || path.ends_with("/.roar");
}

// The edges are in order of their absolute paths: those inside the project and those outside of it
// stay in order each, so this merges two runs.
void sort_by_path(ObservedEdges& observed) {
  const std::vector<Edge>& edges = observed.edges;
  std::vector<std::uint32_t> order(edges.size());
  std::iota(order.begin(), order.end(), 0);
  const auto outside = std::stable_partition(
      order.begin(), order.end(), [&](std::uint32_t i) { return !edges[i].path.starts_with('/'); });
  std::inplace_merge(order.begin(), outside, order.end(), [&](std::uint32_t i, std::uint32_t j) {
    const int path_order = edges[i].path.compare(edges[j].path);
    return path_order != 0 ? path_order < 0 : edges[i].role < edges[j].role;
  });
  reorder(observed.edges, order);
  reorder(observed.sources, std::move(order));
}

}  // namespace

std::string content_path(const Workspace& workspace, const Edge& edge, const EdgeSource& source) {
  return source.in_place ? absolute_path(workspace, edge.path) : source.elsewhere;
}

ObservedEdges observed_edges(const Workspace& workspace, tracer::Observation& observation,
                             std::span<const UserRule> rules) {
  const Classifier classifier(workspace, rules);
  Redactor redactor(workspace);
  ObservedEdges result;
  result.edges.reserve(observation.accesses.size());
  result.sources.reserve(observation.accesses.size());
  for (tracer::FileAccess& access : observation.accesses) {
    if (is_below_roar(access.path)) continue;
    const auto path_class = classifier.classify(access).path_class;
    const bool used =
        access.kind == tracer::AccessKind::Input || access.kind == tracer::AccessKind::Output;
    if (!path_class) {
      result.ignored += used ? 1U : 0U;
      continue;
    }
    if (*path_class == PathClass::Credential) {
      const bool present = access.kind != tracer::AccessKind::Absent;
      result.credentials += present ? 1U : 0U;
      continue;
    }
    add_edge(workspace, access, *path_class, redactor, result);
    add_use(observation, access, result.edges.back(), result.uses);
  }
  observation.accesses = {};
  observation.users = {};
  sort_and_merge(result.uses);
  sort_by_path(result);
  return result;
}

}  // namespace roar::plumbing
