#include <algorithm>
#include <tuple>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/digest_key.h"
#include "objects/index.h"
#include "objects/key.h"

namespace roar {
namespace {

// Makes an artifact findable by those of its digests that are objects already.
void index_known_digests(ReadTransaction::Impl& impl, std::uint64_t artifact) {
  std::vector<std::uint64_t> digests;
  for_each_with_prefix(*impl.txn, impl.table(Table::DigestsOf), number_key(artifact),
                       [&](std::string_view key, std::string_view) {
                         digests.push_back(number_at(key, kNumberSize, kNumberSize));
                         return true;
                       });
  for (const std::uint64_t sequence : digests) {
    const DigestRecord record = decode_digest(impl.content_at(sequence).payload);
    const DigestKey key = digest_key(record.algorithm, record.digest, artifact);
    impl.put_new(Table::Digest, key.key, key.value);
  }
}

}  // namespace

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
    bool was_there;
  };
  std::vector<Sorted> sorted;
  sorted.reserve(std::min(artifacts.size(), wanted.size()));
  for (const Artifact& artifact : artifacts) {
    const ObjectId id = object_id_of(artifact);
    if (std::ranges::binary_search(wanted, id)) sorted.push_back({id, &artifact, 0, false});
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
    entry.was_there = known.has_value();
    indexed.push_back({entry.id, entry.sequence});
  }
  std::ranges::sort(
      sorted, {}, [](const Sorted& entry) -> const std::string& { return entry.artifact->blake3; });
  for (const Sorted& entry : sorted) {
    if (!entry.artifact->is_claimed()) {
      const std::string key = digest_key("blake3", entry.artifact->blake3, entry.sequence).key;
      if (entry.was_there && impl.get(Table::Digest, key)) continue;  // some job uses it
      impl.put_new(Table::Digest, key, {});
    }
    if (entry.was_there) index_known_digests(impl, entry.sequence);
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

void index_digest(ReadTransaction::Impl& impl, std::string_view payload, std::uint64_t sequence) {
  DigestRecord record;
  try {
    record = decode_digest(payload);
  } catch (const Error&) {
    return;  // who stores what cannot be read does not find it either
  }
  const std::optional<Location> artifact = impl.locate(record.artifact);
  if (!artifact || artifact->type != ObjectType::Artifact || artifact->sequence > sequence) return;
  const std::string number = number_key(artifact->sequence);
  impl.put_new(Table::DigestsOf, number + number_key(sequence), {});
  TableCursor uses(*impl.txn, impl.table(Table::Use));
  if (!uses.seek(number) || !uses.key().starts_with(number)) return;
  const DigestKey key = digest_key(record.algorithm, record.digest, artifact->sequence);
  impl.put_new(Table::Digest, key.key, key.value);
}

std::optional<std::string> digest_row_of(ReadTransaction::Impl& impl, std::uint64_t sequence) {
  try {
    const DigestRecord record = decode_digest(impl.content_at(sequence).payload);
    if (const std::optional<Location> artifact = impl.locate(record.artifact))
      return number_key(artifact->sequence) + number_key(sequence);
  } catch (const Error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace roar
