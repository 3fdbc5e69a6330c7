#include "plumbing/graph/upstream.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "objects/base/error.h"
#include "objects/edge_tree.h"
#include "objects/numbered_history.h"
#include "objects/session.h"
#include "plumbing/claimed_content.h"
#include "plumbing/resolve.h"
#include "plumbing/sessions.h"

namespace roar::plumbing {

namespace {

// The last of the numbers, which are in order, that is below `before`.
std::optional<std::uint64_t> last_below(const std::vector<std::uint64_t>& numbers,
                                        std::uint64_t before) {
  const auto found = std::ranges::lower_bound(numbers, before);
  if (found == numbers.begin()) return std::nullopt;
  return *std::prev(found);
}

}  // namespace

const ObjectId& Upstream::id_of(std::uint64_t job) {
  constexpr std::size_t kAheadMax = 64;
  const auto [entry, added] = ids_.try_emplace(job);
  if (!added) return entry->second;
  if (ahead_.size() == kAheadMax) return entry->second = id_of_numbered(transaction_, job);
  NumberedJob read = read_numbered_job(transaction_, job);
  ahead_.emplace(read.id, std::move(read.job));
  return entry->second = read.id;
}

Job Upstream::take(const ObjectId& id) {
  const auto known = ahead_.find(id);
  if (known == ahead_.end()) return read_job(transaction_, id);
  return std::move(ahead_.extract(known).mapped());
}

const Upstream::Writers& Upstream::writers(const ObjectId& artifact) {
  const auto [entry, added] = writers_.try_emplace(artifact);
  Writers& writers = entry->second;
  if (!added) return writers;
  for (NumberedUse& use : numbered_uses_of_artifact(transaction_, artifact, EdgeRole::Output)) {
    writers.anywhere.push_back(use.job);
    writers.at[std::move(use.path)].push_back(use.job);
  }
  return writers;
}

std::optional<Producer> Upstream::producer(const Edge& input, std::uint64_t before) {
  if (!input.artifact) return std::nullopt;
  const Writers& known = writers(*input.artifact);
  if (known.anywhere.empty()) return std::nullopt;
  if (const auto here = known.at.find(input.path); here != known.at.end()) {
    if (const auto found = last_below(here->second, before))
      return Producer{.job = id_of(*found), .via_content = false};
  }
  if (input.size == 0) return std::nullopt;
  const auto found = last_below(known.anywhere, before);
  if (!found) return std::nullopt;
  const auto reader = first_reads_.reader(*input.artifact, input.path);
  if (reader && *reader <= *found) return std::nullopt;
  return Producer{.job = id_of(*found), .via_content = true};
}

const std::vector<Edge>& Upstream::edges(EdgeGroup group, const std::optional<ObjectId>& root) {
  Tree& last = last_.at(static_cast<std::size_t>(group));
  if (last.root == root) return last.edges;
  last.edges.clear();
  last.root = root;
  if (root) {
    for_each_edge(transaction_, *root, [&](const Edge& edge) {
      last.edges.push_back(edge);
      return true;
    });
  }
  return last.edges;
}

UpstreamJob Upstream::job(const ObjectId& id) {
  UpstreamJob result{.id = id, .job = take(id), .inputs = {}, .outputs = {}};
  const std::uint64_t number = number_of_job(transaction_, id);
  ids_.emplace(number, id);
  const bool imported = result.job.tracing.backend == kImported;
  for (const EdgeGroup group : {EdgeGroup::Data, EdgeGroup::Code}) {
    for (const Edge& edge : edges(group, result.job.edges.at(static_cast<std::size_t>(group)))) {
      UpstreamFile file{.edge = edge, .producer = {}};
      if (imported && edge.artifact) file.edge.artifact = content_of(transaction_, *edge.artifact);
      if (edge.role == EdgeRole::Input && edge.artifact) {
        file.producer = producer(file.edge, number);
        result.inputs.push_back(std::move(file));
      } else if (edge.role == EdgeRole::Output) {
        result.outputs.push_back(std::move(file));
      }
    }
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
  if (const auto here = known.at.find(std::string(path)); here != known.at.end())
    return id_of(here->second.back());
  if (known.anywhere.empty()) return std::nullopt;
  return id_of(known.anywhere.back());
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
