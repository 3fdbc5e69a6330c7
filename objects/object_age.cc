#include "objects/object_age.h"

#include <algorithm>
#include <string>

#include "objects/index.h"
#include "objects/key.h"
#include "objects/store_impl.h"

// A mark is a key in the table `meta`: a word, the number of an object, and seconds. A fresh object
// has another one: a word and its number; the value is the number from which it counts.

namespace roar {
namespace {

constexpr std::string_view kTime = "time/";
constexpr std::string_view kBeyondTime = "time0";
constexpr std::string_view kFresh = "fresh/";
constexpr std::int64_t kHour = 3600;
constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63U;

struct Mark {
  std::uint64_t sequence = 0;
  std::int64_t seconds = 0;
};

Mark parse_mark(std::string_view key) {
  const std::uint64_t time = number_at(key, kTime.size() + kNumberSize, kNumberSize);
  return {number_at(key, kTime.size(), kNumberSize), static_cast<std::int64_t>(time ^ kSignBit)};
}

std::optional<Mark> last_mark(const ReadTransaction::Impl& impl) {
  TableCursor cursor(*impl.txn, impl.table(Table::Meta));
  const bool found = cursor.seek(kBeyondTime) ? cursor.previous() : cursor.last();
  if (!found || !cursor.key().starts_with(kTime)) return std::nullopt;
  return parse_mark(cursor.key());
}

std::string fresh_key(std::uint64_t sequence) {
  return std::string(kFresh) + number_key(sequence);
}

}  // namespace

void mark_time(ReadTransaction::Impl& impl, std::uint64_t sequence, Timestamp now) {
  if (const std::optional<Mark> last = last_mark(impl))
    if (now.seconds >= last->seconds && now.seconds - last->seconds < kHour) return;
  const std::uint64_t time = static_cast<std::uint64_t>(now.seconds) ^ kSignBit;
  impl.put(Table::Meta, std::string(kTime) + number_key(sequence) + number_key(time), {});
}

void WriteTransaction::freshen(const ObjectId& id) {
  const std::optional<Location> location = impl_->locate(id);
  const std::optional<Mark> last = last_mark(*impl_);
  // What is not older than the last mark is as young as it can be.
  if (!location || (last && location->sequence >= last->sequence)) return;
  const ObjectCounts now = counts();
  mark_time(*impl_, now.next_number, Timestamp::now());
  impl_->put(Table::Meta, fresh_key(location->sequence), number_key(now.next_number));
}

void WriteTransaction::note_time() {
  mark_time(*impl_, counts().next_number, Timestamp::now());
}

std::uint64_t WriteTransaction::commit_number() const noexcept {
  return impl_->txn->number();
}

bool WriteTransaction::remove(const ObjectInfo& info) {
  const std::optional<Location> location = impl_->locate(info.id);
  if (!location || location->sequence != info.sequence) return false;
  const std::string number = number_key(info.sequence);
  // Of a digest object, and of an artifact that had digests.
  std::vector<std::string> keys;
  if (info.type == ObjectType::Digest)
    if (const auto key = digest_row_of(*impl_, info.sequence)) keys.push_back(*key);
  if (info.type == ObjectType::Artifact)
    for_each_with_prefix(*impl_->txn, impl_->table(Table::DigestsOf), number,
                         [&](std::string_view key, std::string_view) {
                           keys.emplace_back(key);
                           return true;
                         });
  for (const std::string& key : keys) impl_->writable->erase(impl_->table(Table::DigestsOf), key);
  impl_->writable->erase(impl_->table(Table::Meta), fresh_key(info.sequence));
  impl_->release_base(info.sequence);
  impl_->writable->erase(impl_->table(Table::Object), number);
  impl_->writable->erase(impl_->table(Table::Id), info.id.bytes());
  return true;
}

ObjectAges::ObjectAges(const ReadTransaction& transaction, Timestamp now,
                       std::chrono::seconds longest) {
  const ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  std::vector<Mark> marks;
  for_each_with_prefix(*impl.txn, impl.table(Table::Meta), kTime,
                       [&](std::string_view key, std::string_view) {
                         marks.push_back(parse_mark(key));
                         return true;
                       });
  std::chrono::seconds age{0};
  std::int64_t later = now.seconds;
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {
    const std::chrono::seconds since(later > mark->seconds ? later - mark->seconds : 0);
    age += std::min(since, longest);
    ages_.emplace_back(mark->sequence, age);
    later = mark->seconds;
  }
  std::ranges::reverse(ages_);
  for_each_with_prefix(*impl.txn, impl.table(Table::Meta), kFresh,
                       [&](std::string_view key, std::string_view value) {
                         fresh_[number_at(key, kFresh.size(), kNumberSize)] =
                             number_at(value, 0, kNumberSize);
                         return true;
                       });
}

std::chrono::seconds ObjectAges::at_least(std::uint64_t sequence) const {
  constexpr std::chrono::seconds kHourOfMark{kHour};
  if (const auto fresh = fresh_.find(sequence); fresh != fresh_.end()) sequence = fresh->second;
  const auto after =
      std::ranges::upper_bound(ages_, sequence, {}, [](const auto& mark) { return mark.first; });
  if (ages_.empty()) return std::chrono::seconds{0};
  // Objects older than all marks are at least as old as the first.
  const std::chrono::seconds age =
      after == ages_.begin() ? ages_.front().second : std::prev(after)->second;
  return std::max(age - kHourOfMark, std::chrono::seconds{0});
}

}  // namespace roar
