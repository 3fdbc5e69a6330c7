#include "objects/index_entries.h"

#include <deque>
#include <set>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/digest_key.h"
#include "objects/edge_node.h"
#include "objects/index.h"
#include "objects/key.h"
#include "objects/steps.h"

namespace roar {
namespace {

std::uint64_t stored_sequence(const ReadTransaction::Impl& impl, const ObjectId& id) {
  const std::optional<Location> location = impl.locate(id);
  if (!location) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
  return location->sequence;
}

// A stored tree in the form in which it is built.
struct ReadTree {
  std::deque<Edge> edges;  // where BuiltTree points
  BuiltTree built;
};

void read_tree(const ReadTransaction& transaction, const ObjectId& id, ReadTree& tree) {
  EdgeNode node = decode_node(transaction.payload(id, ObjectType::Node));
  BuiltNode built{.id = id, .edges = node.edges.size(), .children = {}};
  for (const EdgeNode::Child& child : node.children) {
    read_tree(transaction, child.node, tree);
    built.children.push_back(child.node);
  }
  for (Edge& edge : node.edges) {
    tree.edges.push_back(std::move(edge));
    tree.built.edges.push_back(&tree.edges.back());
  }
  tree.built.nodes.push_back(std::move(built));
}

bool is_used(const ReadTransaction::Impl& impl, std::uint64_t artifact) {
  const std::string prefix = number_key(artifact);
  TableCursor cursor(*impl.txn, impl.table(Table::Use));
  return cursor.seek(prefix) && cursor.key().starts_with(prefix);
}

// Enters entries and remembers of which artifacts the digests are still to be entered.
class EntryIndexer {
 public:
  explicit EntryIndexer(WriteTransaction& transaction) noexcept
      : transaction_(transaction), impl_(IndexAccess::of(transaction)) {}

  void enter(const PlacedEntry& placed) {
    const SessionEntry& entry = placed.entry;
    const Job job = read_job(transaction_, *entry.job);
    const std::uint64_t sequence = stored_sequence(impl_, *entry.job);
    const std::vector<Edge> edges = enter_edges(job, sequence);
    index_job(impl_, sequence, job);
    enter_identities(entry, identities_of(entry.session, job, edges));
    index_place(impl_, {.job = sequence,
                        .entry = stored_sequence(impl_, placed.id),
                        .session = entry.session,
                        .kind = entry.kind,
                        .step = entry.step,
                        .step_name = entry.step_name});
  }

  // Digests are objects that nothing points to, so all of them are looked at.
  void enter_digests() {
    if (fresh_.empty()) return;
    std::vector<ObjectId> records;
    TableCursor cursor(*impl_.txn, impl_.table(Table::Id));
    for (bool more = cursor.first(); more; more = cursor.next()) {
      const ObjectId id = ObjectId::from_bytes(cursor.key());
      if (impl_.locate(id)->type == ObjectType::Digest) records.push_back(id);
    }
    std::vector<DigestRecord> wanted;
    for (const ObjectId& id : records) {
      DigestRecord record = decode_digest(transaction_.payload(id, ObjectType::Digest));
      if (fresh_.contains(record.artifact)) wanted.push_back(std::move(record));
    }
    put_digests(impl_, wanted);
  }

 private:
  // Returns all edges that are indexed.
  std::vector<Edge> enter_edges(const Job& job, std::uint64_t sequence) {
    std::vector<Edge> all;
    for_each_edge_of(transaction_, job, [&](const Edge& edge) {
      all.push_back(edge);
      return true;
    });
    for (int i = 0; i < kEdgeGroups; ++i) {
      const std::optional<ObjectId>& root = job.edges[static_cast<std::size_t>(i)];
      if (!root || static_cast<EdgeGroup>(i) == EdgeGroup::Unread) continue;
      ReadTree tree;
      read_tree(transaction_, *root, tree);
      enter_artifacts(tree.built.edges);
      index_leaves(impl_, new_leaves(impl_, tree.built), {});
      index_holders(impl_, sequence, tree.built);
    }
    return all;
  }

  void enter_artifacts(const std::vector<const Edge*>& edges) {
    for (const Edge* edge : edges) {
      if (!edge->artifact || fresh_.contains(*edge->artifact)) continue;
      const std::uint64_t sequence = stored_sequence(impl_, *edge->artifact);
      if (is_used(impl_, sequence)) continue;
      fresh_.insert(*edge->artifact);
      const Artifact artifact = read_artifact(transaction_, *edge->artifact);
      if (artifact.is_claimed()) continue;  // its digests are objects
      impl_.put_new(Table::Digest, digest_key("blake3", artifact.blake3, sequence).key, {});
    }
  }

  void enter_identities(const SessionEntry& entry, const StepIdentities& identities) {
    constexpr std::size_t kStepSize = 4;
    std::string step;
    append_number(step, entry.step, kStepSize);
    for (const std::string* identity : {&identities.name, &identities.command, &identities.outputs})
      if (!identity->empty()) impl_.put(Table::Identity, *identity, step);
  }

  WriteTransaction& transaction_;
  ReadTransaction::Impl& impl_;
  std::set<ObjectId> fresh_;  // artifacts that no job used until now
};

}  // namespace

void index_entries(WriteTransaction& transaction, std::span<const PlacedEntry> entries) {
  EntryIndexer indexer(transaction);
  for (const PlacedEntry& placed : entries) indexer.enter(placed);
  indexer.enter_digests();
}

}  // namespace roar
