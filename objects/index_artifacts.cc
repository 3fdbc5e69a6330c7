#include <algorithm>
#include <tuple>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/digest_key.h"
#include "objects/index.h"
#include "objects/key.h"

namespace roar {
namespace {

std::uint64_t sequence_of(const ReadTransaction::Impl& impl,
                          const std::vector<IndexedArtifact>& artifacts, const ObjectId& id) {
  const auto known = std::ranges::lower_bound(artifacts, IndexedArtifact{id, 0});
  if (known != artifacts.end() && known->id == id) return known->sequence;
  const std::optional<Location> location = impl.locate(id);
  if (!location || location->type != ObjectType::Artifact)
    throw Error(Errc::NotFound, "artifact " + id.hex() + " is missing");
  return location->sequence;
}

struct EdgeUse {
  std::uint64_t artifact;
  const Edge* edge;
};

// Key: artifact, role, job, a number that tells paths apart. Value: path.
void index_uses(ReadTransaction::Impl& impl, std::uint64_t job, std::vector<EdgeUse>& uses) {
  const auto order = [](const EdgeUse& use) {
    return std::tie(use.artifact, use.edge->role, use.edge->path);
  };
  std::ranges::sort(uses, [&](const EdgeUse& a, const EdgeUse& b) { return order(a) < order(b); });
  std::uint32_t number = 0;
  const EdgeUse* previous = nullptr;
  for (const EdgeUse& use : uses) {
    const bool same = previous != nullptr && previous->artifact == use.artifact &&
                      previous->edge->role == use.edge->role;
    number = same ? number + 1 : 0;
    previous = &use;
    std::string key = number_key(use.artifact);
    append_number(key, static_cast<std::uint64_t>(use.edge->role), 1);
    append_number(key, job, kNumberSize);
    append_number(key, number, 4);
    impl.put(Table::Use, key, use.edge->path);
  }
}

}  // namespace

std::vector<IndexedArtifact> put_artifacts(ReadTransaction::Impl& impl,
                                           const std::vector<Artifact>& artifacts) {
  struct Sorted {
    ObjectId id;
    const Artifact* artifact;
    std::uint64_t sequence;
  };
  std::vector<Sorted> sorted;
  sorted.reserve(artifacts.size());
  for (const Artifact& artifact : artifacts)
    sorted.push_back({object_id_of(artifact), &artifact, 0});
  // Neighbours in a table share pages, so what is many is written in the order of its keys.
  std::ranges::sort(sorted, {}, &Sorted::id);
  std::vector<IndexedArtifact> indexed;
  indexed.reserve(sorted.size());
  for (Sorted& entry : sorted) {
    const std::optional<Location> known = impl.locate(entry.id);
    entry.sequence = known
                         ? known->sequence
                         : impl.put_object(ObjectType::Artifact, encode(*entry.artifact), entry.id);
    indexed.push_back({entry.id, entry.sequence});
  }
  std::ranges::sort(
      sorted, {}, [](const Sorted& entry) -> const std::string& { return entry.artifact->blake3; });
  for (const Sorted& entry : sorted)
    impl.put_new(Table::Digest, digest_key("blake3", entry.artifact->blake3, entry.sequence).key,
                 {});
  return indexed;
}

void put_digests(ReadTransaction::Impl& impl, const std::vector<DigestRecord>& digests) {
  for (const DigestRecord& record : digests) {
    const std::uint64_t artifact = sequence_of(impl, {}, record.artifact);
    const std::string payload = encode(record);
    const std::uint64_t sequence =
        impl.put_object(ObjectType::Digest, payload, object_id_of(ObjectType::Digest, payload));
    const DigestKey key = digest_key(record.algorithm, record.digest, artifact);
    impl.put_new(Table::Digest, key.key, key.value);
    impl.put_new(Table::DigestsOf, number_key(artifact) + number_key(sequence), {});
  }
}

void index_edges(ReadTransaction::Impl& impl, std::uint64_t job,
                 const std::vector<const Edge*>& edges,
                 const std::vector<IndexedArtifact>& artifacts) {
  std::vector<EdgeUse> uses;
  uses.reserve(edges.size());
  for (const Edge* edge : edges) {
    if (edge->role != EdgeRole::Input && edge->role != EdgeRole::Output) continue;
    const std::uint64_t artifact =
        edge->artifact ? sequence_of(impl, artifacts, *edge->artifact) : 0;
    if (artifact != 0) uses.push_back({artifact, edge});
    std::string key = path_prefix(edge->path);
    append_number(key, job, kNumberSize);
    append_number(key, static_cast<std::uint64_t>(edge->role), 1);
    append_number(key, artifact, kNumberSize);
    const bool is_cut = edge->path.size() > kKeyTextMax;
    impl.put(Table::Path, key, is_cut ? std::string_view(edge->path) : std::string_view());
  }
  index_uses(impl, job, uses);
}

}  // namespace roar
