#include <algorithm>
#include <map>
#include <tuple>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/digest_key.h"
#include "objects/edge_tree.h"
#include "objects/history.h"
#include "objects/index.h"
#include "objects/key.h"
#include "objects/numbered_history.h"

namespace roar {
namespace {

// Ids of objects by sequence number; each is found out once.
class Ids {
 public:
  explicit Ids(ReadTransaction::Impl& impl) noexcept : impl_(&impl) {}

  const ObjectId& operator[](std::uint64_t sequence) {
    const auto [entry, is_new] = known_.try_emplace(sequence);
    if (is_new) entry->second = impl_->id_of(sequence);
    return entry->second;
  }

 private:
  ReadTransaction::Impl* impl_;
  std::map<std::uint64_t, ObjectId> known_;
};

std::vector<JobPlace> to_places(ReadTransaction::Impl& impl, std::vector<IndexedPlace> indexed) {
  std::ranges::sort(indexed, {}, &IndexedPlace::entry);
  Ids ids(impl);
  std::vector<JobPlace> places;
  places.reserve(indexed.size());
  for (IndexedPlace& place : indexed)
    places.push_back({.job = ids[place.job],
                      .session = std::move(place.session),
                      .kind = place.kind,
                      .step = place.step,
                      .step_name = std::move(place.step_name)});
  return places;
}

// Adds the matches of one algorithm, in one of the two forms of keys.
void find_digests(ReadTransaction::Impl& impl, const std::string& start, std::string_view algorithm,
                  std::string_view prefix,
                  const std::function<bool(const ParsedDigestKey&)>& visit) {
  const std::string_view form = std::string_view(start).substr(0, algorithm.size() + 2);
  TableCursor cursor(*impl.txn, impl.table(Table::Digest));
  for (bool more = cursor.seek(start); more && cursor.key().starts_with(form);
       more = cursor.next()) {
    const ParsedDigestKey parsed = parse_digest_key(cursor.key(), cursor.value());
    if (!parsed.digest.starts_with(prefix) || !visit(parsed)) return;
  }
}

// The names of all algorithms of which there are digests.
std::vector<std::string> known_algorithms(const ReadTransaction::Impl& impl) {
  std::vector<std::string> names;
  TableCursor cursor(*impl.txn, impl.table(Table::Digest));
  for (bool more = cursor.first(); more; more = cursor.seek(names.back() + '\x01'))
    names.emplace_back(cursor.key().substr(0, cursor.key().find('\0')));
  return names;
}

std::string lower_case(std::string_view hex) {
  std::string lower(hex);
  for (char& c : lower)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// Calls `visit(uid, sequence number)` for each job whose uid starts with the digits, until it
// returns false.
void for_each_uid(ReadTransaction::Impl& impl, std::string_view prefix,
                  const std::function<bool(std::string, std::uint64_t)>& visit) {
  constexpr std::size_t kUidSize = 16;
  if (prefix.size() > 2 * kUidSize || (!prefix.empty() && !is_hex(prefix))) return;
  const std::string wanted = lower_case(prefix);
  std::string start = *bytes_from_hex(wanted + (wanted.size() % 2 != 0 ? "0" : ""));
  if (start.empty()) start.push_back('\0');  // a key has at least one byte
  TableCursor cursor(*impl.txn, impl.table(Table::Uid));
  for (bool more = cursor.seek(start); more; more = cursor.next()) {
    const std::uint64_t sequence = number_at(cursor.key(), kUidSize, kNumberSize);
    std::string uid =
        to_hex({reinterpret_cast<const std::uint8_t*>(cursor.key().data()), kUidSize});
    if (!uid.starts_with(wanted) || !visit(std::move(uid), sequence)) return;
  }
}

}  // namespace

Job read_job(const ReadTransaction& transaction, const ObjectId& id) {
  try {
    return decode_job(transaction.payload(id, ObjectType::Job));
  } catch (Error& error) {
    error.during("reading job " + id.hex());
    throw;
  }
}

Artifact read_artifact(const ReadTransaction& transaction, const ObjectId& id) {
  try {
    return decode_artifact(transaction.payload(id, ObjectType::Artifact));
  } catch (Error& error) {
    error.during("reading artifact " + id.hex());
    throw;
  }
}

std::vector<JobPlace> jobs_of_session(const ReadTransaction& transaction,
                                      std::string_view session) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  return to_places(impl, indexed_places(impl, session, std::nullopt, std::nullopt));
}

std::vector<JobPlace> jobs_of_step(const ReadTransaction& transaction, std::string_view session,
                                   JobKind kind, std::uint32_t step) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  return to_places(impl, indexed_places(impl, session, kind, step));
}

std::vector<JobPlace> places_of_job(const ReadTransaction& transaction, const ObjectId& job) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::optional<Location> location = impl.locate(job);
  if (!location) return {};
  return to_places(impl, indexed_places_of_job(impl, location->sequence));
}

std::vector<ObjectId> jobs_with_uid(const ReadTransaction& transaction, std::string_view prefix,
                                    std::size_t limit) {
  std::vector<ObjectId> jobs;
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  for_each_uid(impl, prefix, [&](const std::string&, std::uint64_t sequence) {
    if (jobs.size() < limit) jobs.push_back(impl.id_of(sequence));
    return jobs.size() < limit;
  });
  return jobs;
}

std::vector<std::string> job_uids(const ReadTransaction& transaction, std::string_view prefix,
                                  std::size_t limit) {
  std::vector<std::string> uids;
  for_each_uid(IndexAccess::of(transaction), prefix, [&](std::string uid, std::uint64_t) {
    if (uids.size() < limit) uids.push_back(std::move(uid));
    return uids.size() < limit;
  });
  return uids;
}

void for_each_edge_of(const ReadTransaction& transaction, const Job& job,
                      const std::function<bool(const Edge&)>& visit) {
  bool go_on = true;
  for (const std::optional<ObjectId>& root : job.edges)
    if (root && go_on)
      for_each_edge(transaction, *root, [&](const Edge& edge) { return go_on = visit(edge); });
}

std::vector<Use> uses_of_artifact(const ReadTransaction& transaction, const ObjectId& artifact,
                                  std::optional<EdgeRole> role) {
  Ids ids(IndexAccess::of(transaction));
  std::vector<NumberedUse> numbered = numbered_uses_of_artifact(transaction, artifact, role);
  std::vector<Use> uses;
  uses.reserve(numbered.size());
  for (NumberedUse& use : numbered)
    uses.push_back({ids[use.job], use.role, artifact, std::move(use.path)});
  return uses;
}

std::vector<Use> uses_of_path(const ReadTransaction& transaction, std::string_view path) {
  Ids ids(IndexAccess::of(transaction));
  const std::vector<NumberedPathUse> numbered = numbered_uses_of_path(transaction, path);
  std::vector<Use> uses;
  uses.reserve(numbered.size());
  for (const NumberedPathUse& use : numbered) {
    uses.push_back({ids[use.job], use.role, std::nullopt, std::string(path)});
    if (use.artifact != 0) uses.back().artifact = ids[use.artifact];
  }
  return uses;
}

std::vector<DigestMatch> artifacts_with_digest(const ReadTransaction& transaction,
                                               std::string_view algorithm, std::string_view prefix,
                                               std::size_t limit) {
  std::vector<DigestMatch> matches;
  const bool is_text = !prefix.empty() && !is_hex(prefix);
  if (limit == 0 || (is_text && algorithm.empty())) return matches;
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::string wanted = is_text ? std::string(prefix) : lower_case(prefix);
  std::vector<std::string> algorithms{std::string(algorithm)};
  if (algorithm.empty()) algorithms = known_algorithms(impl);
  Ids ids(impl);
  for (const std::string& name : algorithms) {
    std::vector<std::string> starts{lowest_text_key(name, wanted)};
    if (!is_text) starts.insert(starts.begin(), lowest_hex_key(name, wanted));
    for (const std::string& start : starts) {
      if (matches.size() >= limit) return matches;
      find_digests(impl, start, name, wanted, [&](const ParsedDigestKey& found) {
        matches.push_back({ids[found.artifact], found.algorithm, found.digest});
        return matches.size() < limit;
      });
    }
  }
  return matches;
}

std::vector<DigestRecord> digests_of(const ReadTransaction& transaction, const ObjectId& artifact) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const std::optional<Location> location = impl.locate(artifact);
  if (!location) return {};
  std::vector<DigestRecord> records;
  for_each_with_prefix(
      *impl.txn, impl.table(Table::DigestsOf), number_key(location->sequence),
      [&](std::string_view key, std::string_view) {
        const ObjectId id = impl.id_of(number_at(key, kNumberSize, kNumberSize));
        records.push_back(decode_digest(transaction.payload(id, ObjectType::Digest)));
        return true;
      });
  std::ranges::sort(records, [](const DigestRecord& a, const DigestRecord& b) {
    return std::tie(a.algorithm, a.digest) < std::tie(b.algorithm, b.digest);
  });
  const Artifact content = read_artifact(transaction, artifact);
  if (content.is_claimed()) {
    std::stable_partition(records.begin(), records.end(),
                          [](const DigestRecord& record) { return record.algorithm == "blake3"; });
  } else {
    records.insert(records.begin(), {artifact, "blake3", content.blake3, DigestOrigin::Computed});
  }
  return records;
}

}  // namespace roar
