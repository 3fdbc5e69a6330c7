#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/index.h"
#include "objects/key.h"

namespace roar {
namespace {

constexpr std::size_t kSessionSize = 16;
constexpr std::size_t kStepSize = 4;
constexpr std::size_t kKindOffset = kSessionSize;
constexpr std::size_t kStepOffset = kKindOffset + 1;
constexpr std::size_t kEntryOffset = kStepOffset + kStepSize;

std::string session_key(std::string_view session) {
  const std::optional<std::string> bytes = bytes_from_hex(session);
  if (!bytes || bytes->size() != kSessionSize)
    throw Error(Errc::Usage, "'" + std::string(session) + "' is no session id");
  return *bytes;
}

std::string step_key(std::string_view session, JobKind kind, std::uint32_t step) {
  std::string key = session_key(session);
  append_number(key, static_cast<std::uint64_t>(kind), 1);
  append_number(key, step, kStepSize);
  return key;
}

JobKind kind_at(std::string_view bytes, std::size_t offset) {
  const std::uint64_t number = number_at(bytes, offset, 1);
  if (number != static_cast<std::uint64_t>(JobKind::Run) &&
      number != static_cast<std::uint64_t>(JobKind::Build))
    throw Error(Errc::Corrupt, "store is damaged: a job's kind is unknown");
  return static_cast<JobKind>(number);
}

// Key: session, kind, step, entry. Value: job, name of the step.
IndexedPlace parse_step(std::string_view key, std::string_view value) {
  IndexedPlace place;
  place.kind = kind_at(key, kKindOffset);
  place.step = static_cast<std::uint32_t>(number_at(key, kStepOffset, kStepSize));
  place.entry = number_at(key, kEntryOffset, kNumberSize);
  place.session = to_hex({reinterpret_cast<const std::uint8_t*>(key.data()), kSessionSize});
  place.job = number_at(value, 0, kNumberSize);
  place.step_name = value.substr(kNumberSize);
  return place;
}

}  // namespace

void index_place(ReadTransaction::Impl& impl, const IndexedPlace& place) {
  const std::string step = step_key(place.session, place.kind, place.step);
  impl.put(Table::Step, step + number_key(place.entry), number_key(place.job) + place.step_name);
  impl.put(Table::Place, number_key(place.job) + number_key(place.entry), step);
}

void unindex_place(ReadTransaction::Impl& impl, const IndexedPlace& place) {
  const std::string step = step_key(place.session, place.kind, place.step);
  impl.writable->erase(impl.table(Table::Step), step + number_key(place.entry));
  impl.writable->erase(impl.table(Table::Place), number_key(place.job) + number_key(place.entry));
}

std::vector<IndexedPlace> indexed_places(const ReadTransaction::Impl& impl,
                                         std::string_view session, std::optional<JobKind> kind,
                                         std::optional<std::uint32_t> step) {
  std::string prefix = session_key(session);
  if (kind) append_number(prefix, static_cast<std::uint64_t>(*kind), 1);
  if (kind && step) append_number(prefix, *step, kStepSize);
  std::vector<IndexedPlace> places;
  for_each_with_prefix(*impl.txn, impl.table(Table::Step), prefix,
                       [&](std::string_view key, std::string_view value) {
                         places.push_back(parse_step(key, value));
                         return true;
                       });
  return places;
}

std::vector<IndexedPlace> indexed_places_of_job(const ReadTransaction::Impl& impl,
                                                std::uint64_t job) {
  std::vector<IndexedPlace> places;
  for_each_with_prefix(
      *impl.txn, impl.table(Table::Place), number_key(job),
      [&](std::string_view key, std::string_view step) {
        const std::string step_entry = std::string(step).append(key.substr(kNumberSize));
        const auto value = impl.get(Table::Step, step_entry);
        if (!value) throw Error(Errc::Corrupt, "store is damaged: a step's index lacks an entry");
        places.push_back(parse_step(step_entry, *value));
        return true;
      });
  return places;
}

std::optional<IndexedPlace> newest_place(const ReadTransaction::Impl& impl,
                                         std::string_view session, JobKind kind,
                                         std::optional<std::uint32_t> step) {
  std::string prefix = session_key(session);
  append_number(prefix, static_cast<std::uint64_t>(kind), 1);
  if (step) append_number(prefix, *step, kStepSize);
  // The entry before the first one that is beyond the prefix.
  const std::string beyond = prefix + std::string(kStepSize + kNumberSize + 1, '\xff');
  LmdbCursor cursor(*impl.txn, impl.table(Table::Step));
  const bool found = cursor.seek(beyond) ? cursor.previous() : cursor.last();
  if (!found || !cursor.key().starts_with(prefix)) return std::nullopt;
  return parse_step(cursor.key(), cursor.value());
}

std::vector<IndexedPlace> newest_places(const ReadTransaction::Impl& impl,
                                        std::string_view session) {
  const std::string prefix = session_key(session);
  constexpr std::size_t kStepKeySize = kStepOffset + kStepSize;
  LmdbCursor cursor(*impl.txn, impl.table(Table::Step));
  std::vector<IndexedPlace> places;
  bool more = cursor.seek(prefix);
  while (more && cursor.key().starts_with(prefix)) {
    const std::string step(cursor.key().substr(0, kStepKeySize));
    places.push_back(parse_step(cursor.key(), cursor.value()));
    more = cursor.next();
    if (!more || !cursor.key().starts_with(step)) continue;  // it ran once
    const bool beyond = cursor.seek(step + std::string(kNumberSize + 1, '\xff'));
    if (beyond ? cursor.previous() : cursor.last())
      places.back() = parse_step(cursor.key(), cursor.value());
    more = cursor.next();
  }
  return places;
}

void for_each_place_of_step(const ReadTransaction::Impl& impl, std::string_view session,
                            JobKind kind, std::uint32_t step,
                            const std::function<bool(const IndexedPlace&)>& visit) {
  const std::string prefix = step_key(session, kind, step);
  LmdbCursor cursor(*impl.txn, impl.table(Table::Step));
  const bool beyond = cursor.seek(prefix + std::string(kNumberSize + 1, '\xff'));
  for (bool more = beyond ? cursor.previous() : cursor.last();
       more && cursor.key().starts_with(prefix); more = cursor.previous()) {
    if (!visit(parse_step(cursor.key(), cursor.value()))) return;
  }
}

void index_job(ReadTransaction::Impl& impl, std::uint64_t sequence, const Job& job) {
  impl.put(Table::Uid, bytes_from_hex(job.uid).value() + number_key(sequence), {});
  // Times before 1970 sort before the others.
  constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;
  std::string key = number_key(static_cast<std::uint64_t>(job.started.seconds) ^ kSignBit);
  append_number(key, job.started.nanoseconds, 4);
  impl.put(Table::Job, key + number_key(sequence), {});
}

}  // namespace roar
