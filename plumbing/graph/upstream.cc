#include "plumbing/graph/upstream.h"

#include <algorithm>

#include "objects/base/error.h"
#include "objects/edge_tree.h"
#include "objects/session.h"
#include "plumbing/claimed_content.h"
#include "plumbing/resolve.h"
#include "plumbing/sessions.h"

namespace roar::plumbing {

std::uint64_t Upstream::number_of(const ObjectId& job) const {
  const auto info = transaction_.info(job);
  if (!info) throw Error(Errc::Corrupt, "job " + job.hex() + " is missing");
  return info->sequence;
}

const Upstream::Writers& Upstream::writers(const ObjectId& artifact) {
  const auto [entry, added] = writers_.try_emplace(artifact);
  Writers& writers = entry->second;
  if (!added) return writers;
  std::vector<std::pair<std::uint64_t, Use>> uses;
  for (Use& use : uses_of_artifact(transaction_, artifact, EdgeRole::Output)) {
    const std::uint64_t number = number_of(use.job);
    uses.emplace_back(number, std::move(use));
  }
  std::ranges::stable_sort(uses, {}, [](const auto& one) { return one.first; });
  for (const auto& [number, use] : uses) {
    writers.at[use.path].push_back(writers.anywhere.size());
    writers.anywhere.emplace_back(number, use.job);
  }
  return writers;
}

std::optional<Producer> Upstream::producer(const Edge& input, std::uint64_t before) {
  if (!input.artifact) return std::nullopt;
  const Writers& known = writers(*input.artifact);
  if (const auto here = known.at.find(input.path); here != known.at.end()) {
    const auto found =
        std::find_if(here->second.rbegin(), here->second.rend(),
                     [&](std::size_t position) { return known.anywhere[position].first < before; });
    if (found != here->second.rend()) {
      return Producer{.job = known.anywhere[*found].second, .via_content = false};
    }
  }
  if (input.size == 0) return std::nullopt;
  const auto found = std::find_if(known.anywhere.rbegin(), known.anywhere.rend(),
                                  [&](const auto& one) { return one.first < before; });
  if (found == known.anywhere.rend()) return std::nullopt;
  if (first_reader(*input.artifact, input.path) <= found->first) return std::nullopt;
  return Producer{.job = found->second, .via_content = true};
}

std::uint64_t Upstream::first_reader(const ObjectId& artifact, const std::string& path) {
  const auto [entry, added] = readers_.try_emplace(artifact);
  auto& first = entry->second;
  if (added) {
    for (const Use& use : uses_of_artifact(transaction_, artifact, EdgeRole::Input)) {
      const std::uint64_t number = number_of(use.job);
      const auto [known, is_new] = first.emplace(use.path, number);
      known->second = std::min(known->second, number);
    }
  }
  const auto found = first.find(path);
  return found == first.end() ? UINT64_MAX : found->second;
}

UpstreamJob Upstream::job(const ObjectId& id) {
  UpstreamJob result{.id = id, .job = read_job(transaction_, id), .inputs = {}, .outputs = {}};
  const std::uint64_t number = number_of(id);
  const bool imported = result.job.tracing.backend == kImported;
  for (const EdgeGroup group : {EdgeGroup::Data, EdgeGroup::Code}) {
    const auto& root = result.job.edges.at(static_cast<std::size_t>(group));
    if (!root) continue;
    for_each_edge(transaction_, *root, [&](const Edge& edge) {
      UpstreamFile file{.edge = edge, .producer = {}};
      if (imported && edge.artifact) file.edge.artifact = content_of(transaction_, *edge.artifact);
      if (edge.role == EdgeRole::Input && edge.artifact) {
        file.producer = producer(file.edge, number);
        result.inputs.push_back(std::move(file));
      } else if (edge.role == EdgeRole::Output) {
        result.outputs.push_back(std::move(file));
      }
      return true;
    });
  }
  const auto path_of = [](const UpstreamFile& file) -> const std::string& {
    return file.edge.path;
  };
  std::ranges::stable_sort(result.inputs, {}, path_of);
  std::ranges::stable_sort(result.outputs, {}, path_of);
  return result;
}

std::optional<ObjectId> Upstream::writer(const ObjectId& artifact, std::string_view path) {
  const Writers& known = writers(artifact);
  if (const auto here = known.at.find(std::string(path)); here != known.at.end()) {
    return known.anywhere[here->second.back()].second;
  }
  if (known.anywhere.empty()) return std::nullopt;
  return known.anywhere.back().second;
}

namespace {

void add_entries(const ReadTransaction& transaction, const ObjectId& last, LineageTarget& target) {
  for (std::optional<ObjectId> next = last; next;) {
    const SessionEntry entry = decode_session(transaction.payload(*next, ObjectType::Session));
    target.session = entry.session;
    if (entry.job) target.jobs.push_back(*entry.job);
    next = entry.previous;
  }
}

}  // namespace

LineageTarget lineage_target(const ReadTransaction& transaction, const Workspace& workspace,
                             std::string_view name) {
  // As the public tool spells sessions.
  constexpr std::string_view kCurrent = "session:current";
  const ResolvedName resolved =
      name == kCurrent
          ? resolve(transaction, workspace, "session:" + session_named(transaction, ""))
          : resolve(transaction, workspace, name);
  LineageTarget target;
  target.path = resolved.path;
  switch (resolved.type) {
    case ObjectType::Job:
      target.jobs.push_back(resolved.id);
      break;
    case ObjectType::Artifact:
      target.artifact = content_of(transaction, resolved.id);
      if (const auto writer = Upstream(transaction).writer(*target.artifact, target.path)) {
        target.jobs.push_back(*writer);
      }
      break;
    case ObjectType::Session:
      add_entries(transaction, resolved.id, target);
      break;
    default:
      throw Error(Errc::Usage,
                  "'" + std::string(name) + "' is a " + std::string(type_name(resolved.type)) +
                      ", which has no lineage; jobs, artifacts, files and sessions have");
  }
  return target;
}

}  // namespace roar::plumbing
