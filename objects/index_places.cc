#include <algorithm>

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
constexpr std::size_t kNanosecondsSize = 4;
// Times before 1970 sort before the others.
constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;

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
  const auto kind = offset < bytes.size() ? static_cast<JobKind>(bytes[offset]) : JobKind();
  if (kind != JobKind::Run && kind != JobKind::Build)
    throw Error(Errc::Corrupt, "store is damaged: a job's kind is unknown");
  return kind;
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

PlaceRows rows_of(const IndexedPlace& place) {
  const std::string step = step_key(place.session, place.kind, place.step);
  return {.step_key = step + number_key(place.entry),
          .step_value = number_key(place.job) + place.step_name,
          .place_key = number_key(place.job) + number_key(place.entry),
          .place_value = step};
}

void index_place(ReadTransaction::Impl& impl, const IndexedPlace& place) {
  const PlaceRows rows = rows_of(place);
  impl.put(Table::Step, rows.step_key, rows.step_value);
  impl.put(Table::Place, rows.place_key, rows.place_value);
}

void unindex_place(ReadTransaction::Impl& impl, const IndexedPlace& place) {
  const PlaceRows rows = rows_of(place);
  impl.writable->erase(impl.table(Table::Step), rows.step_key);
  impl.writable->erase(impl.table(Table::Place), rows.place_key);
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
  TableCursor cursor(*impl.txn, impl.table(Table::Step));
  const bool found = cursor.seek(beyond) ? cursor.previous() : cursor.last();
  if (!found || !cursor.key().starts_with(prefix)) return std::nullopt;
  return parse_step(cursor.key(), cursor.value());
}

IndexedSteps newest_places(const ReadTransaction::Impl& impl, std::string_view session,
                           std::size_t newest_max) {
  const std::string prefix = session_key(session);
  const auto older = [](const IndexedPlace& a, const IndexedPlace& b) { return a.entry > b.entry; };
  IndexedSteps steps;
  std::vector<IndexedPlace>& newest = steps.newest;  // a heap, the oldest in front
  std::string oldest;                                // the entry of that one, as in a key
  TableCursor cursor(*impl.txn, impl.table(Table::Step));
  // Backwards: the first execution of a step that is met is its newest, and the steps with high
  // numbers are mostly those that ran last, so that few are taken in and given up again. There may
  // be many steps, so of most of them nothing is parsed.
  bool more =
      cursor.seek(prefix + std::string(kEntryOffset, '\xff')) ? cursor.previous() : cursor.last();
  while (more && cursor.key().starts_with(prefix)) {
    const std::string_view key = cursor.key();
    if (key.size() != kEntryOffset + kNumberSize)
      throw Error(Errc::Corrupt, "store is damaged: a step's index has a wrong key");
    (kind_at(key, kKindOffset) == JobKind::Run ? steps.runs : steps.builds) += 1;
    const bool is_full = newest.size() == newest_max;
    if (newest_max > 0 && (!is_full || key.substr(kEntryOffset) > oldest)) {
      if (is_full) {
        std::ranges::pop_heap(newest, older);
        newest.pop_back();
      }
      newest.push_back(parse_step(key, cursor.value()));
      std::ranges::push_heap(newest, older);
      oldest = number_key(newest.front().entry);
    }
    const std::string_view step = key.substr(0, kEntryOffset);
    more = cursor.previous();
    if (more && cursor.key().starts_with(step)) more = cursor.seek(step) && cursor.previous();
  }
  std::ranges::sort_heap(newest, older);
  return steps;
}

void for_each_place_of_step(const ReadTransaction::Impl& impl, std::string_view session,
                            JobKind kind, std::uint32_t step,
                            const std::function<bool(const IndexedPlace&)>& visit) {
  const std::string prefix = step_key(session, kind, step);
  TableCursor cursor(*impl.txn, impl.table(Table::Step));
  const bool beyond = cursor.seek(prefix + std::string(kNumberSize + 1, '\xff'));
  for (bool more = beyond ? cursor.previous() : cursor.last();
       more && cursor.key().starts_with(prefix); more = cursor.previous()) {
    if (!visit(parse_step(cursor.key(), cursor.value()))) return;
  }
}

std::string uid_key(const Job& job, std::uint64_t sequence) {
  return bytes_from_hex(job.uid).value() + number_key(sequence);
}

std::string job_key(const Job& job, std::uint64_t sequence) {
  std::string key = number_key(static_cast<std::uint64_t>(job.started.seconds) ^ kSignBit);
  append_number(key, job.started.nanoseconds, kNanosecondsSize);
  return key + number_key(sequence);
}

std::pair<Timestamp, std::uint64_t> start_of_key(std::string_view key) {
  const std::uint64_t seconds = number_at(key, 0, kNumberSize) ^ kSignBit;
  const std::uint64_t nanoseconds = number_at(key, kNumberSize, kNanosecondsSize);
  return {{static_cast<std::int64_t>(seconds), static_cast<std::uint32_t>(nanoseconds)},
          number_at(key, kNumberSize + kNanosecondsSize, kNumberSize)};
}

void index_job(ReadTransaction::Impl& impl, std::uint64_t sequence, const Job& job) {
  impl.put(Table::Uid, uid_key(job, sequence), {});
  impl.put(Table::Job, job_key(job, sequence), {});
}

}  // namespace roar
