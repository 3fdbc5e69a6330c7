#include <utility>

#include "objects/base/error.h"
#include "objects/key.h"
#include "objects/ref_name.h"
#include "objects/ref_scan.h"
#include "objects/store_impl.h"
#include "objects/transaction.h"

namespace roar {
namespace {

enum class Kind : std::uint8_t { Plain = 0, Symbolic = 1 };

// A value of the table of refs.
struct StoredRef {
  Kind kind = Kind::Plain;
  std::uint64_t updates = 0;  // how often it was set; numbers the entries of its log
  std::string_view target;    // 32 bytes, or a name
};

StoredRef parse_ref(std::string_view value, std::string_view name) {
  StoredRef ref;
  const std::uint64_t kind = number_at(value, 0, 1);
  ref.updates = number_at(value, 1, kNumberSize);
  ref.target = value.substr(1 + kNumberSize);
  const bool symbolic = kind == static_cast<std::uint64_t>(Kind::Symbolic);
  const bool plain = kind == static_cast<std::uint64_t>(Kind::Plain);
  if ((!symbolic && !plain) || (plain && ref.target.size() != ObjectId::kSize) ||
      (symbolic && !is_ref_name(ref.target)))
    throw Error(Errc::Corrupt, "ref '" + std::string(name) + "' is damaged");
  ref.kind = symbolic ? Kind::Symbolic : Kind::Plain;
  return ref;
}

Ref to_ref(std::string_view name, const StoredRef& stored) {
  Ref ref{.name = std::string(name), .target = std::nullopt, .symbolic = {}};
  if (stored.kind == Kind::Plain) {
    ref.target = ObjectId::from_bytes(stored.target);
  } else {
    ref.symbolic = stored.target;
  }
  return ref;
}

std::string log_prefix(std::string_view name) {
  return std::string(name) + '\0';
}

// The number of the newest entry of a ref's log, which outlives the ref; 0 if there is none.
std::uint64_t newest_log_number(const ReadTransaction::Impl& impl, std::string_view name) {
  const std::string prefix = log_prefix(name);
  TableCursor cursor(*impl.txn, impl.table(Table::Reflog));
  const bool beyond = cursor.seek(prefix + std::string(kNumberSize + 1, '\xff'));
  const bool found = beyond ? cursor.previous() : cursor.last();
  if (!found || !cursor.key().starts_with(prefix)) return 0;
  return number_at(cursor.key(), prefix.size(), kNumberSize);
}

// A name must not be a directory of another one, as if refs were files.
void check_room_for(const ReadTransaction::Impl& impl, std::string_view name) {
  const auto fail = [&](std::string_view other) {
    throw Error(Errc::Conflict, "cannot create ref '" + std::string(name) + "': ref '" +
                                    std::string(other) + "' is in its way");
  };
  for (std::size_t slash = name.rfind('/'); slash != std::string_view::npos && slash != 0;
       slash = name.rfind('/', slash - 1)) {
    const std::string_view above = name.substr(0, slash);
    if (impl.get(Table::Ref, above)) fail(above);
  }
  const std::string below = std::string(name) + '/';
  TableCursor cursor(*impl.txn, impl.table(Table::Ref));
  if (cursor.seek(below) && cursor.key().starts_with(below)) fail(cursor.key());
}

// The number of the ref's next update.
std::uint64_t next_update(const ReadTransaction::Impl& impl, std::string_view name) {
  if (const auto value = impl.get(Table::Ref, name)) return parse_ref(*value, name).updates + 1;
  return newest_log_number(impl, name) + 1;
}

// With one space for each run of spaces and control characters, and none at the ends: a second line
// in a reason would look like another entry of the log. Logs of old have such.
std::string in_one_line(std::string_view reason) {
  constexpr char kDelete = 0x7f;
  std::string line;
  bool is_apart = false;
  for (const char c : reason) {
    if ((c >= 0 && c <= ' ') || c == kDelete) {
      is_apart = !line.empty();
      continue;
    }
    if (std::exchange(is_apart, false)) line += ' ';
    line += c;
  }
  return line;
}

void write_log(ReadTransaction::Impl& impl, std::string_view name, std::uint64_t number,
               const ReflogEntry& entry) {
  std::string log(entry.before.bytes());
  log += entry.after.bytes();
  append_number(log, static_cast<std::uint64_t>(entry.when.seconds), kNumberSize);
  append_number(log, entry.when.nanoseconds, 4);
  log += in_one_line(entry.reason);
  impl.put(Table::Reflog, log_prefix(name) + number_key(number), log);
}

void write_ref(ReadTransaction::Impl& impl, std::string_view name, Kind kind,
               std::string_view target, const ReflogEntry& entry) {
  if (!impl.get(Table::Ref, name)) check_room_for(impl, name);
  const std::uint64_t updates = next_update(impl, name);
  std::string value;
  append_number(value, static_cast<std::uint64_t>(kind), 1);
  append_number(value, updates, kNumberSize);
  value += target;
  impl.put(Table::Ref, name, value);
  write_log(impl, name, updates, entry);
}

ReflogEntry parse_log(std::string_view value) {
  constexpr std::size_t kWhen = 2 * ObjectId::kSize;
  constexpr std::size_t kReason = kWhen + kNumberSize + 4;
  const auto seconds = static_cast<std::int64_t>(number_at(value, kWhen, kNumberSize));
  const auto nanoseconds = static_cast<std::uint32_t>(number_at(value, kWhen + kNumberSize, 4));
  return {.before = ObjectId::from_bytes(value.substr(0, ObjectId::kSize)),
          .after = ObjectId::from_bytes(value.substr(ObjectId::kSize, ObjectId::kSize)),
          .when = {seconds, nanoseconds},
          .reason = in_one_line(value.substr(kReason))};
}

void check_name(std::string_view name) {
  if (!is_ref_name(name))
    throw Error(Errc::Usage, "'" + std::string(name) + "' is no name for a ref");
}

// Where a ref leads; nothing if it leads nowhere, even if that is because it leads in a circle.
ObjectId end_of(const ReadTransaction& transaction, std::string_view name) {
  try {
    return transaction.resolve_ref(name).value_or(ObjectId());
  } catch (const Error& error) {
    if (error.code() == Errc::Corrupt) return {};
    throw;
  }
}

}  // namespace

std::optional<Ref> ReadTransaction::ref(std::string_view name) const {
  if (!is_ref_name(name)) return std::nullopt;
  const auto value = impl_->get(Table::Ref, name);
  if (!value) return std::nullopt;
  return to_ref(name, parse_ref(*value, name));
}

std::string ReadTransaction::followed_ref(std::string_view name) const {
  constexpr int kHopsMax = 5;
  std::string current(name);
  for (int hop = 0; hop <= kHopsMax; ++hop) {
    std::optional<Ref> found = ref(current);
    if (!found || found->target) return current;
    current = std::move(found->symbolic);
  }
  throw Error(Errc::Corrupt, "ref '" + std::string(name) + "' is symbolic without end");
}

std::optional<ObjectId> ReadTransaction::resolve_ref(std::string_view name) const {
  const std::optional<Ref> found = ref(followed_ref(name));
  return found ? found->target : std::nullopt;
}

std::vector<Ref> ReadTransaction::refs(std::string_view prefix) const {
  std::vector<Ref> found;
  for_each_with_prefix(*impl_->txn, impl_->table(Table::Ref), prefix,
                       [&](std::string_view name, std::string_view value) {
                         found.push_back(to_ref(name, parse_ref(value, name)));
                         return true;
                       });
  return found;
}

bool ReadTransaction::has_refs(std::string_view prefix) const {
  bool found = false;
  for_each_with_prefix(*impl_->txn, impl_->table(Table::Ref), prefix,
                       [&](std::string_view, std::string_view) {
                         found = true;
                         return false;
                       });
  return found;
}

std::vector<ReflogEntry> ReadTransaction::reflog(std::string_view ref) const {
  std::vector<ReflogEntry> entries;
  for_each_with_prefix(*impl_->txn, impl_->table(Table::Reflog), log_prefix(ref),
                       [&](std::string_view, std::string_view value) {
                         entries.push_back(parse_log(value));
                         return true;
                       });
  return entries;
}

std::optional<ReflogEntry> ReadTransaction::oldest_reflog_entry(std::string_view ref) const {
  std::optional<ReflogEntry> oldest;
  for_each_with_prefix(*impl_->txn, impl_->table(Table::Reflog), log_prefix(ref),
                       [&](std::string_view, std::string_view value) {
                         oldest = parse_log(value);
                         return false;
                       });
  return oldest;
}

void WriteTransaction::set_ref(std::string_view name, const ObjectId& target,
                               const std::optional<ObjectId>& expected, Timestamp when,
                               std::string_view reason) {
  check_name(name);
  const std::optional<Ref> present = ref(name);
  if (present && !present->target)
    throw Error(Errc::Conflict, "ref '" + std::string(name) + "' is symbolic");
  if ((present ? present->target : std::nullopt) != expected)
    throw Error(Errc::Conflict, "ref '" + std::string(name) + "' is not where it was expected");
  if (!impl_->locate(target)) throw Error(Errc::NotFound, "object " + target.hex() + " is missing");
  write_ref(*impl_, name, Kind::Plain, target.bytes(),
            {expected.value_or(ObjectId()), target, when, std::string(reason)});
}

void WriteTransaction::set_symbolic_ref(std::string_view name, std::string_view target,
                                        Timestamp when, std::string_view reason) {
  check_name(name);
  check_name(target);
  if (const std::optional<Ref> present = ref(name); present && present->target)
    throw Error(Errc::Conflict, "ref '" + std::string(name) + "' is not symbolic");
  const ObjectId before = end_of(*this, name);
  const ObjectId after = end_of(*this, target);
  write_ref(*impl_, name, Kind::Symbolic, target, {before, after, when, std::string(reason)});
}

void WriteTransaction::remove_ref(std::string_view name, Timestamp when, std::string_view reason) {
  check_name(name);
  if (!impl_->get(Table::Ref, name)) return;
  const ReflogEntry entry{end_of(*this, name), ObjectId(), when, std::string(reason)};
  const std::uint64_t number = next_update(*impl_, name);
  impl_->writable->erase(impl_->table(Table::Ref), name);
  write_log(*impl_, name, number, entry);
}

std::vector<std::string> ReadTransaction::logged_refs() const {
  return logged_ref_names(*this);
}

void WriteTransaction::keep_reflog(std::string_view ref,
                                   const std::function<bool(const ReflogEntry&)>& keep) {
  std::vector<std::string> dropped;
  for_each_with_prefix(*impl_->txn, impl_->table(Table::Reflog), log_prefix(ref),
                       [&](std::string_view key, std::string_view value) {
                         if (!keep(parse_log(value))) dropped.emplace_back(key);
                         return true;
                       });
  for (const std::string& key : dropped) impl_->writable->erase(impl_->table(Table::Reflog), key);
}

}  // namespace roar
