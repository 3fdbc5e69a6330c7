#include "objects/check_indexes.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "objects/base/hex.h"
#include "objects/delta.h"
#include "objects/derive.h"
#include "objects/digest_key.h"
#include "objects/key.h"
#include "objects/store_impl.h"

namespace roar {
namespace {

constexpr std::size_t kIdSize = 16;  // of sessions and jobs

std::string_view name_of(Table table) noexcept {
  return kTableNames.at(static_cast<std::size_t>(table));
}

std::string hex_of(std::string_view bytes) {
  return to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string object_named(ReadTransaction::Impl& impl, std::uint64_t sequence) {
  const RawObject object = impl.content_at(sequence);
  return std::string(type_name(object.type)) + " " +
         object_id_of(object.type, object.payload).hex();
}

// What an entry is about. Throws for what is not formed like one.
std::string subject_of(ReadTransaction::Impl& impl, Table table, std::string_view key,
                       std::string_view value) {
  const auto number_from_end = [&](std::size_t offset) {
    return number_at(key, key.size() < offset ? key.size() : key.size() - offset, kNumberSize);
  };
  switch (table) {
    case Table::Job:
      return object_named(impl, number_from_end(kNumberSize));
    case Table::Uid:
      return "job uid " + hex_of(key.substr(0, kIdSize));
    case Table::Step:
      return "session " + hex_of(key.substr(0, kIdSize)) + " step " +
             std::to_string(number_at(key, kIdSize + 1, 4));
    case Table::Identity:
      return "session " + hex_of(key.substr(0, kIdSize)) + " identity " +
             hex_of(key.substr(std::min(key.size(), kIdSize))).substr(0, kIdSize);
    case Table::Path:
      return value.empty() ? std::string(key.substr(0, key.find('\0'))) : std::string(value);
    case Table::Digest: {
      const ParsedDigestKey parsed = parse_digest_key(key, value);
      return parsed.algorithm + ":" + parsed.digest;
    }
    default:
      return object_named(impl, number_at(key, 0, kNumberSize));
  }
}

std::string describe(ReadTransaction::Impl& impl, Table table, std::string_view key,
                     std::string_view value) {
  try {
    return subject_of(impl, table, key, value);
  } catch (const Error&) {
    return "key " + hex_of(key);
  }
}

using Counts = std::array<std::uint64_t, kTableNames.size()>;
using Hashes = std::array<std::vector<std::size_t>, kTableNames.size()>;

void ignore(const std::string& subject, const Error& error) {
  static_cast<void>(subject);
  static_cast<void>(error);
}

void derive_all(const ReadTransaction& transaction, IndexDerivation& derivation) {
  constexpr std::size_t kRows = 1U << 20U;
  while (derivation.advance(transaction, kRows)) continue;
}

// Rows that are there and should not be, in the tables that have more than were found.
void find_extra(const ReadTransaction& transaction, const Counts& found,
                const std::function<void(const IndexFault&)>& visit) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  const auto has_extra = [&](Table table) {
    return impl.txn->count(impl.table(table)) > found.at(static_cast<std::size_t>(table));
  };
  Hashes wanted;
  IndexDerivation derivation(
      [&](Table table, std::string_view key, std::string_view) {
        if (has_extra(table))
          wanted.at(static_cast<std::size_t>(table)).push_back(std::hash<std::string_view>()(key));
      },
      ignore);
  derive_all(transaction, derivation);
  for (std::size_t i = static_cast<std::size_t>(Table::Job); i < kTableNames.size(); ++i) {
    const auto table = static_cast<Table>(i);
    if (!has_extra(table)) continue;
    std::ranges::sort(wanted.at(i));
    TableCursor cursor(*impl.txn, impl.table(table));
    for (bool more = cursor.first(); more; more = cursor.next())
      if (!std::ranges::binary_search(wanted.at(i), std::hash<std::string_view>()(cursor.key())))
        visit({IndexFaultKind::Extra, name_of(table),
               describe(impl, table, cursor.key(), cursor.value())});
  }
}

}  // namespace

void check_indexes(const ReadTransaction& transaction,
                   const std::function<void(const IndexFault&)>& visit,
                   const std::function<void(const std::string&, const Error&)>& unreadable) {
  ReadTransaction::Impl& impl = IndexAccess::of(transaction);
  Counts found{};
  // Of the tables themselves. The derivation would take it for one of an object.
  std::optional<Error> failure;
  const auto find = [&](Table table, std::string_view key) {
    std::optional<std::string_view> present;
    try {
      if (!failure) present = impl.get(table, key);
    } catch (const Error& error) {
      failure.emplace(error.code(), error.what());
    }
    return present;
  };
  IndexDerivation derivation(
      [&](Table table, std::string_view key, std::string_view value) {
        const auto present = find(table, key);
        if (failure) return;
        if (present) ++found.at(static_cast<std::size_t>(table));
        if (present && *present == value) return;
        visit({present ? IndexFaultKind::Stale : IndexFaultKind::Missing, name_of(table),
               describe(impl, table, key, value)});
      },
      unreadable);
  derive_all(transaction, derivation);
  if (failure) throw Error(failure->code(), failure->what());
  check_base_rows(
      impl,
      [&](std::uint64_t sequence) {
        visit({IndexFaultKind::Missing, name_of(Table::Meta),
               describe(impl, Table::Meta, number_key(sequence), {})});
      },
      [&](std::string_view key) {
        visit({IndexFaultKind::Extra, name_of(Table::Meta), "key " + hex_of(key)});
      });
  if (derivation.is_partial()) return;
  for (std::size_t i = static_cast<std::size_t>(Table::Job); i < kTableNames.size(); ++i) {
    if (impl.txn->count(impl.table(static_cast<Table>(i))) <= found.at(i)) continue;
    find_extra(transaction, found, visit);
    return;
  }
}

}  // namespace roar
