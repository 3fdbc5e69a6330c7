#include <algorithm>
#include <tuple>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/digest_key.h"
#include "objects/index.h"
#include "objects/key.h"

namespace roar {
std::uint64_t artifact_sequence(const ReadTransaction::Impl& impl,
                                const std::vector<IndexedArtifact>& stored, const ObjectId& id) {
  const auto known = std::ranges::lower_bound(stored, IndexedArtifact{id, 0});
  if (known != stored.end() && known->id == id) return known->sequence;
  const std::optional<Location> location = impl.locate(id);
  if (!location || location->type != ObjectType::Artifact)
    throw Error(Errc::NotFound, "artifact " + id.hex() + " is missing");
  return location->sequence;
}

std::vector<IndexedArtifact> put_artifacts(ReadTransaction::Impl& impl,
                                           const std::vector<Artifact>& artifacts,
                                           const std::vector<ObjectId>& wanted) {
  if (wanted.empty()) return {};
  struct Sorted {
    ObjectId id;
    const Artifact* artifact;
    std::uint64_t sequence;
  };
  std::vector<Sorted> sorted;
  sorted.reserve(std::min(artifacts.size(), wanted.size()));
  for (const Artifact& artifact : artifacts) {
    const ObjectId id = object_id_of(artifact);
    if (std::ranges::binary_search(wanted, id)) sorted.push_back({id, &artifact, 0});
  }
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
  for (const Sorted& entry : sorted) {
    if (entry.artifact->is_claimed()) continue;  // its digests are objects
    impl.put_new(Table::Digest, digest_key("blake3", entry.artifact->blake3, entry.sequence).key,
                 {});
  }
  return indexed;
}

void put_digests(ReadTransaction::Impl& impl, const std::vector<DigestRecord>& digests) {
  for (const DigestRecord& record : digests) {
    const std::uint64_t artifact = artifact_sequence(impl, {}, record.artifact);
    const std::string payload = encode(record);
    const std::uint64_t sequence =
        impl.put_object(ObjectType::Digest, payload, object_id_of(ObjectType::Digest, payload));
    const DigestKey key = digest_key(record.algorithm, record.digest, artifact);
    impl.put_new(Table::Digest, key.key, key.value);
    impl.put_new(Table::DigestsOf, number_key(artifact) + number_key(sequence), {});
  }
}

}  // namespace roar
