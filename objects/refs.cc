#include <utility>

#include "objects/base/error.h"
#include "objects/key.h"
#include "objects/ref_name.h"
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

void write_ref(ReadTransaction::Impl& impl, std::string_view name, Kind kind,
               std::string_view target, const ReflogEntry& entry) {
  std::uint64_t updates = 1;
  if (const auto value = impl.get(Table::Ref, name)) updates = parse_ref(*value, name).updates + 1;
  std::string value;
  append_number(value, static_cast<std::uint64_t>(kind), 1);
  append_number(value, updates, kNumberSize);
  value += target;
  impl.put(Table::Ref, name, value);

  std::string log(entry.before.bytes());
  log += entry.after.bytes();
  append_number(log, static_cast<std::uint64_t>(entry.when.seconds), kNumberSize);
  append_number(log, entry.when.nanoseconds, 4);
  log += entry.reason;
  impl.put(Table::Reflog, log_prefix(name) + number_key(updates), log);
}

ReflogEntry parse_log(std::string_view value) {
  constexpr std::size_t kWhen = 2 * ObjectId::kSize;
  constexpr std::size_t kReason = kWhen + kNumberSize + 4;
  const auto seconds = static_cast<std::int64_t>(number_at(value, kWhen, kNumberSize));
  const auto nanoseconds = static_cast<std::uint32_t>(number_at(value, kWhen + kNumberSize, 4));
  return {.before = ObjectId::from_bytes(value.substr(0, ObjectId::kSize)),
          .after = ObjectId::from_bytes(value.substr(ObjectId::kSize, ObjectId::kSize)),
          .when = {seconds, nanoseconds},
          .reason = std::string(value.substr(kReason))};
}

void check_name(std::string_view name) {
  if (!is_ref_name(name))
    throw Error(Errc::Usage, "'" + std::string(name) + "' is no name for a ref");
}

}  // namespace

std::optional<Ref> ReadTransaction::ref(std::string_view name) const {
  if (!is_ref_name(name)) return std::nullopt;
  const auto value = impl_->get(Table::Ref, name);
  if (!value) return std::nullopt;
  return to_ref(name, parse_ref(*value, name));
}

std::optional<ObjectId> ReadTransaction::resolve_ref(std::string_view name) const {
  constexpr int kHopsMax = 5;
  std::string current(name);
  for (int hop = 0; hop <= kHopsMax; ++hop) {
    const std::optional<Ref> found = ref(current);
    if (!found) return std::nullopt;
    if (found->target) return found->target;
    current = found->symbolic;
  }
  throw Error(Errc::Corrupt, "ref '" + std::string(name) + "' is symbolic without end");
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
  const ObjectId before = resolve_ref(name).value_or(ObjectId());
  const ObjectId after = resolve_ref(target).value_or(ObjectId());
  write_ref(*impl_, name, Kind::Symbolic, target, {before, after, when, std::string(reason)});
}

}  // namespace roar
