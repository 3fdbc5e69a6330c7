#include "objects/unindex.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/digest_key.h"
#include "objects/edge_node.h"
#include "objects/history.h"
#include "objects/index.h"
#include "objects/key.h"
#include "objects/steps.h"

namespace roar {
namespace {

std::uint64_t sequence_of(const ReadTransaction::Impl& impl, const ObjectId& id) {
  const std::optional<Location> location = impl.locate(id);
  if (!location) throw Error(Errc::Corrupt, "object " + id.hex() + " is missing");
  return location->sequence;
}

void erase(ReadTransaction::Impl& impl, Table table, std::string_view key) {
  impl.writable->erase(impl.table(table), key);
}

std::vector<std::string> keys_with_prefix(const ReadTransaction::Impl& impl, Table table,
                                          std::string_view prefix) {
  std::vector<std::string> keys;
  for_each_with_prefix(*impl.txn, impl.table(table), prefix,
                       [&](std::string_view key, std::string_view) {
                         keys.emplace_back(key);
                         return true;
                       });
  return keys;
}

void erase_prefix(ReadTransaction::Impl& impl, Table table, std::string_view prefix) {
  for (const std::string& key : keys_with_prefix(impl, table, prefix)) erase(impl, table, key);
}

// An artifact that no job uses any more is not found by its digests. They are still found from it:
// the next job that uses it needs them.
void unindex_artifact(const ReadTransaction& transaction, ReadTransaction::Impl& impl,
                      const ObjectId& id, std::uint64_t artifact) {
  for (const DigestRecord& record : digests_of(transaction, id))
    erase(impl, Table::Digest, digest_key(record.algorithm, record.digest, artifact).key);
}

// Takes the leaf's edges out, and adds their artifacts to `artifacts`.
void unindex_leaf(ReadTransaction::Impl& impl, std::uint64_t leaf, const std::vector<Edge>& edges,
                  std::set<ObjectId>& artifacts) {
  for (const Edge& edge : edges) {
    const std::uint64_t artifact = edge.artifact ? sequence_of(impl, *edge.artifact) : 0;
    erase(impl, Table::Path, path_key(edge, leaf, artifact));
    if (!edge.artifact) continue;
    artifacts.insert(*edge.artifact);
    std::string use = number_key(artifact);
    append_number(use, static_cast<std::uint64_t>(edge.role), 1);
    append_number(use, leaf, kNumberSize);
    erase_prefix(impl, Table::Use, use);
  }
}

// The holder, of this type, holds the node no more. What nobody holds is not in the index.
void release(const ReadTransaction& transaction, ReadTransaction::Impl& impl, const ObjectId& id,
             ObjectType type, std::uint64_t holder, std::set<ObjectId>& artifacts) {
  const std::uint64_t node = sequence_of(impl, id);
  erase(impl, Table::Holder, holder_key(node, type, holder));
  if (!keys_with_prefix(impl, Table::Holder, number_key(node)).empty()) return;
  const EdgeNode content = decode_node(transaction.payload(id, ObjectType::Node));
  if (!content.edges.empty()) unindex_leaf(impl, node, content.edges, artifacts);
  for (const EdgeNode::Child& child : content.children)
    release(transaction, impl, child.node, ObjectType::Node, node, artifacts);
}

void unindex_edges(const ReadTransaction& transaction, ReadTransaction::Impl& impl,
                   std::uint64_t sequence, const Job& job) {
  std::set<ObjectId> artifacts;
  for (int i = 0; i < kEdgeGroups; ++i) {
    const std::optional<ObjectId>& root = job.edges[static_cast<std::size_t>(i)];
    if (root && static_cast<EdgeGroup>(i) != EdgeGroup::Unread)
      release(transaction, impl, *root, ObjectType::Job, sequence, artifacts);
  }
  for (const ObjectId& id : artifacts) {
    const std::uint64_t artifact = sequence_of(impl, id);
    if (keys_with_prefix(impl, Table::Use, number_key(artifact)).empty())
      unindex_artifact(transaction, impl, id, artifact);
  }
}

void unindex_job(ReadTransaction::Impl& impl, std::uint64_t sequence, const Job& job) {
  erase(impl, Table::Uid, uid_key(job, sequence));
  erase(impl, Table::Job, job_key(job, sequence));
}

std::vector<Edge> edges_of(const ReadTransaction& transaction, const Job& job) {
  std::vector<Edge> edges;
  for_each_edge_of(transaction, job, [&](const Edge& edge) {
    edges.push_back(edge);
    return true;
  });
  return edges;
}

// Jobs that wrote one of the outputs, and so may have written all of them.
std::set<ObjectId> writers_of(const ReadTransaction& transaction, const std::vector<Edge>& edges) {
  std::set<ObjectId> writers;
  const auto output = std::ranges::find_if(
      edges, [](const Edge& edge) { return is_result(edge) && edge.size > 0; });
  if (output == edges.end()) return writers;
  for (const Use& use : uses_of_artifact(transaction, *output->artifact, EdgeRole::Output))
    if (use.path == output->path) writers.insert(use.job);
  return writers;
}

// What the jobs were recognized by, and who else may have had the same outputs.
struct LostIdentities {
  std::set<std::string> missing;
  std::set<ObjectId> writers;
};

void lose_identities(const ReadTransaction& transaction, const std::string& session, const Job& job,
                     LostIdentities& lost) {
  const std::vector<Edge> edges = edges_of(transaction, job);
  StepIdentities had = identities_of(session, job, edges);
  if (!had.outputs.empty()) lost.writers.merge(writers_of(transaction, edges));
  for (std::string* identity : {&had.name, &had.command, &had.outputs})
    if (!identity->empty()) lost.missing.insert(std::move(*identity));
}

// Each identity that was lost belongs to the step of the newest job that is left with it.
void restore_identities(const ReadTransaction& transaction, ReadTransaction::Impl& impl,
                        const std::string& session, LostIdentities lost) {
  constexpr std::size_t kStepSize = 4;
  std::set<std::string>& missing = lost.missing;
  for (const std::string& identity : missing) erase(impl, Table::Identity, identity);
  std::vector<JobPlace> places = jobs_of_session(transaction, session);
  for (auto place = places.rbegin(); place != places.rend() && !missing.empty(); ++place) {
    const Job other = read_job(transaction, place->job);
    const bool wrote_same = lost.writers.contains(place->job);
    const StepIdentities has = identities_of(
        session, other, wrote_same ? edges_of(transaction, other) : std::vector<Edge>());
    std::string step;
    append_number(step, place->step, kStepSize);
    for (const std::string* identity : {&has.name, &has.command, &has.outputs})
      if (missing.erase(*identity) != 0) impl.put(Table::Identity, *identity, step);
  }
}

}  // namespace

void unindex_entries(WriteTransaction& transaction, std::span<const PlacedEntry> entries) {
  if (entries.empty()) return;
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::string& session = entries.front().entry.session;
  LostIdentities lost;
  for (const auto& [id, entry] : entries) {
    lose_identities(transaction, session, read_job(transaction, *entry.job), lost);
    unindex_place(impl, {.job = sequence_of(impl, *entry.job),
                         .entry = sequence_of(impl, id),
                         .session = session,
                         .kind = entry.kind,
                         .step = entry.step,
                         .step_name = entry.step_name});
  }
  restore_identities(transaction, impl, session, std::move(lost));
  for (const auto& [id, entry] : entries) {
    const std::uint64_t sequence = sequence_of(impl, *entry.job);
    if (!indexed_places_of_job(impl, sequence).empty()) continue;  // it is elsewhere, too
    const Job job = read_job(transaction, *entry.job);
    unindex_job(impl, sequence, job);
    unindex_edges(transaction, impl, sequence, job);
  }
}

}  // namespace roar
