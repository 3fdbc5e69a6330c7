#include "objects/history.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/random.h"
#include "objects/composite.h"
#include "objects/edge_tree.h"
#include "objects/edge_tree_builder.h"
#include "objects/index.h"
#include "objects/job_composites.h"
#include "objects/key.h"
#include "objects/label.h"
#include "objects/steps.h"
#include "objects/unindex.h"
#include "objects/version_writer.h"

namespace roar {
namespace {

constexpr std::string_view kSessionRefs = "refs/sessions/";
constexpr std::size_t kIdBytes = 16;

std::string session_ref(std::string_view session) {
  return std::string(kSessionRefs).append(session);
}

std::vector<const Edge*> sorted_edges(const std::vector<Edge>& edges) {
  std::vector<const Edge*> sorted;
  sorted.reserve(edges.size());
  for (const Edge& edge : edges) sorted.push_back(&edge);
  const auto is_before = [](const Edge* a, const Edge* b) {
    const int order = a->path.compare(b->path);
    return order != 0 ? order < 0 : a->role < b->role;
  };
  // A job's edges mostly come in order.
  if (!std::ranges::is_sorted(sorted, is_before)) std::ranges::sort(sorted, is_before);
  const auto doubled = std::ranges::adjacent_find(sorted, [](const Edge* a, const Edge* b) {
    return a->path == b->path && a->role == b->role;
  });
  if (doubled != sorted.end())
    throw Error(Errc::Usage, "path '" + (*doubled)->path + "' is there twice in one role");
  return sorted;
}

// The trees that are indexed: all but that of what was looked for in vain and of directories.
std::vector<BuiltTree> put_edge_trees(WriteTransaction& transaction,
                                      const std::vector<const Edge*>& edges, Job& job) {
  std::vector<BuiltTree> trees;
  for (int i = 0; i < kEdgeGroups; ++i) {
    const auto group = static_cast<EdgeGroup>(i);
    EdgeTreeBuilder builder(transaction);
    BuiltTree tree;
    for (const Edge* edge : edges) {
      if (group_of(*edge) != group) continue;
      builder.add(*edge);
      tree.edges.push_back(edge);
    }
    job.edges[static_cast<std::size_t>(i)] = builder.finish();
    tree.nodes = builder.take_nodes();
    if (group != EdgeGroup::Unread) trees.push_back(std::move(tree));
  }
  return trees;
}

// Indexes what the trees have that no tree had before, and stores the artifacts of it.
void index_contents(ReadTransaction::Impl& impl, const std::vector<BuiltTree>& trees,
                    const std::vector<Artifact>& artifacts) {
  std::vector<NewLeaf> leaves;
  for (const BuiltTree& tree : trees)
    std::ranges::move(new_leaves(impl, tree), std::back_inserter(leaves));
  std::vector<ObjectId> wanted;
  for (const NewLeaf& leaf : leaves)
    for (const Edge* edge : leaf.edges)
      if (edge->artifact) wanted.push_back(*edge->artifact);
  std::ranges::sort(wanted);
  const std::vector<IndexedArtifact> stored = put_artifacts(impl, artifacts, wanted);
  std::vector<ObjectId>().swap(wanted);  // the memory is needed for what comes now
  index_leaves(impl, leaves, stored);
}

// Where the session's ref points now, and the session's id; a new session if there is none.
std::pair<std::string, ObjectId> active_head(WriteTransaction& transaction, Timestamp when) {
  std::optional<std::string> session = active_session(transaction);
  if (!session) session = start_session(transaction, when);
  const std::optional<ObjectId> head = transaction.resolve_ref(session_ref(*session));
  if (!head) throw Error(Errc::Corrupt, "session " + *session + " has no entries");
  return {*session, *head};
}

SessionEntry read_entry(const ReadTransaction& transaction, const ObjectId& id) {
  return decode_session(transaction.payload(id, ObjectType::Session));
}

// The first entry of a session, which the first line of its ref's log names.
SessionEntry root_of(const ReadTransaction& transaction, const Ref& ref) {
  const std::optional<ReflogEntry> oldest = transaction.oldest_reflog_entry(ref.name);
  const bool is_known = oldest && !oldest->after.is_zero();
  SessionEntry entry = read_entry(transaction, is_known ? oldest->after : ref.target.value());
  while (entry.previous) entry = read_entry(transaction, *entry.previous);
  return entry;
}

SessionSummary summary_of(const ReadTransaction& transaction, const Ref& ref,
                          const std::optional<std::string>& active) {
  SessionSummary summary{.id = ref.name.substr(kSessionRefs.size()),
                         .head = ref.target.value(),
                         .created = root_of(transaction, ref).created};
  summary.active = active == summary.id;
  return summary;
}

// `step` is 0 if it is to be found out.
AppendedJob append_after(WriteTransaction& transaction, const NewJob& new_job,
                         const std::string& session, const ObjectId& head, std::uint32_t step) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  Job job = new_job.job;
  const std::vector<BuiltTree> trees =
      put_edge_trees(transaction, sorted_edges(new_job.edges), job);
  index_contents(impl, trees, new_job.artifacts);
  put_digests(impl, new_job.digests);
  if (!new_job.environment_payload.empty())
    job.environment = transaction.put(ObjectType::Environment, new_job.environment_payload);
  if (!new_job.packages_payload.empty())
    job.packages = transaction.put(ObjectType::Packages, new_job.packages_payload);
  if (!new_job.processes_payload.empty())
    job.processes = transaction.put(ObjectType::Processes, new_job.processes_payload);
  for (const std::string& blob : new_job.blobs) transaction.put(ObjectType::Blob, blob);
  VersionWriter composites(transaction);
  for (const CompositeObject& object : new_job.composite_objects) {
    const ObjectId stored = composites.put(object.type, object.payload, object.earlier);
    if (object.type == ObjectType::Composite)
      keep_composite(transaction, stored, job.ended, kind_name(job.kind));
  }
  const std::string payload = encode(job);
  const ObjectId id = object_id_of(ObjectType::Job, payload);
  const std::uint64_t sequence = impl.put_object(ObjectType::Job, payload, id);
  index_job(impl, sequence, job);
  for (const BuiltTree& tree : trees) index_holders(impl, sequence, tree);

  SessionEntry entry;
  entry.session = session;
  entry.previous = head;
  entry.job = id;
  entry.kind = job.kind;
  entry.step = assign_step(impl, session, new_job, step);
  entry.step_name = job.name;
  if (entry.step_name.empty())
    if (const auto before = newest_place(impl, session, job.kind, entry.step))
      entry.step_name = before->step_name;
  const std::string entry_payload = encode(entry);
  const ObjectId entry_id = object_id_of(ObjectType::Session, entry_payload);
  const std::uint64_t entry_sequence =
      impl.put_object(ObjectType::Session, entry_payload, entry_id);
  transaction.set_ref(session_ref(session), entry_id, head, job.ended, kind_name(job.kind));
  index_place(impl, {.job = sequence,
                     .entry = entry_sequence,
                     .session = session,
                     .kind = job.kind,
                     .step = entry.step,
                     .step_name = entry.step_name});
  return {.job = id, .session = session, .step = entry.step, .entry = entry_id, .previous = head};
}

}  // namespace

void create_session(WriteTransaction& transaction, std::string_view session, Timestamp when) {
  SessionEntry root;
  root.session = session;
  root.created = when;
  const ObjectId id = transaction.put(ObjectType::Session, encode(root));
  transaction.set_ref(session_ref(session), id, std::nullopt, when, "start");
}

void make_active(WriteTransaction& transaction, std::string_view session, Timestamp when) {
  transaction.set_symbolic_ref("HEAD", session_ref(session), when, "start");
}

std::string new_session_id() {
  return random_hex(kIdBytes);
}

std::string start_session(WriteTransaction& transaction, Timestamp when) {
  std::string session = new_session_id();
  create_session(transaction, session, when);
  make_active(transaction, session, when);
  return session;
}

AppendedJob append_job(WriteTransaction& transaction, const NewJob& job) {
  const auto [session, head] = active_head(transaction, job.job.ended);
  return append_after(transaction, job, session, head, 0);
}

AppendedJob append_job_to(WriteTransaction& transaction, const NewJob& job,
                          std::string_view session, std::uint32_t step) {
  const auto head = transaction.resolve_ref(session_ref(session));
  if (!head) throw Error(Errc::NotFound, "there is no session '" + std::string(session) + "'");
  return append_after(transaction, job, std::string(session), *head, step);
}

std::optional<std::string> active_session(const ReadTransaction& transaction) {
  const std::optional<Ref> head = transaction.ref("HEAD");
  if (!head) return std::nullopt;
  if (!head->symbolic.starts_with(kSessionRefs))
    throw Error(Errc::Corrupt, "HEAD does not name a session");
  return head->symbolic.substr(kSessionRefs.size());
}

void use_session(WriteTransaction& transaction, std::string_view session, Timestamp when) {
  const std::string ref = session_ref(session);
  if (!transaction.ref(ref))
    throw Error(Errc::NotFound, "there is no session " + std::string(session));
  transaction.set_symbolic_ref("HEAD", ref, when, "use");
}

void pop_job(WriteTransaction& transaction, const ObjectId& expected, Timestamp when) {
  const std::optional<std::string> session = active_session(transaction);
  const auto head = session ? transaction.resolve_ref(session_ref(*session)) : std::nullopt;
  if (!head) throw Error(Errc::Conflict, "there is no active session");
  const SessionEntry entry = read_entry(transaction, *head);
  if (entry.job != expected || !entry.previous)
    throw Error(Errc::Conflict, "the session has changed: its newest job is another one");
  transaction.set_ref(session_ref(*session), *entry.previous, *head, when, "pop");
  const std::array<PlacedEntry, 1> gone{{{*head, entry}}};
  unindex_entries(transaction, gone);
  if (!places_of_job(transaction, expected).empty()) return;  // it is elsewhere, too
  release_labels_of(transaction, expected, when, "pop");
  const Job job = read_job(transaction, expected);
  release_composites_of(transaction, {&job, 1}, when, "pop");
}

std::vector<SessionSummary> sessions(const ReadTransaction& transaction) {
  const std::optional<std::string> active = active_session(transaction);
  std::vector<SessionSummary> result;
  for (const Ref& ref : transaction.refs(kSessionRefs))
    result.push_back(summary_of(transaction, ref, active));
  std::ranges::stable_sort(result, {}, &SessionSummary::created);
  return result;
}

std::optional<SessionSummary> session_summary(const ReadTransaction& transaction,
                                              std::string_view session) {
  const std::optional<Ref> ref = transaction.ref(session_ref(session));
  if (!ref || !ref->target) return std::nullopt;
  return summary_of(transaction, *ref, active_session(transaction));
}

}  // namespace roar
