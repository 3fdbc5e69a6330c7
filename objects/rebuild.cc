#include "objects/rebuild.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/delta.h"
#include "objects/derive.h"
#include "objects/edge_node.h"
#include "objects/generation.h"
#include "objects/index.h"
#include "objects/key.h"
#include "objects/store_impl.h"

namespace roar {
namespace {

constexpr std::array kGiven = {Table::Object, Table::Ref, Table::Reflog, Table::Meta};
constexpr std::size_t kDerivedAtOnce = 20'000;

// By an upgrade.
bool is_laid_out_anew(Table table) noexcept {
  return table == Table::Object || table == Table::Holder;
}

// Without rows that begin with `without`, if that is not empty.
void copy_table(const TableTransaction& from, NextGeneration& to, Table table,
                std::string_view without) {
  TableCursor cursor(from, number_of(table));
  for (bool more = cursor.first(); more; more = cursor.next()) {
    if (!without.empty() && cursor.key().starts_with(without)) continue;
    to.put(table, cursor.key(), cursor.value());
    if (to.is_full()) to.flush_in_order();
  }
  to.flush_in_order();
}

using Unreadable = std::function<void(const std::string&, const Error&)>;

void read(NextGeneration& next, const std::function<void(ReadTransaction::Impl&)>& body) {
  next.env().read([&](const TableTransaction& txn) {
    ReadTransaction::Impl impl(txn);
    body(impl);
  });
}

// Of objects after `last`, as many as go into one batch. False if there are no more.
bool find_ids(ReadTransaction::Impl& impl, std::uint64_t& last, NextGeneration& next,
              const Unreadable& unreadable) {
  TableCursor cursor(*impl.txn, impl.table(Table::Object));
  bool more = cursor.seek(number_key(last + 1));
  for (; more && !next.is_full(); more = cursor.next()) {
    if (cursor.key().size() != kNumberSize) continue;
    last = number_at(cursor.key(), 0, kNumberSize);
    if (const auto base = base_in(cursor.value())) next.put(Table::Meta, base_row(*base, last), {});
    try {
      const RawObject object = impl.content_at(last);
      next.put(Table::Id, object_id_of(object.type, object.payload).bytes(),
               encode_location({last, object.type, object.payload.size()}));
    } catch (const Error& error) {
      unreadable("objects", error);
    }
  }
  return more;
}

// Objects with the same numbers, stored as the newest format has them. None is a delta: the formats
// before the newest know none.
void copy_objects(ReadTransaction::Impl& from, NextGeneration& to) {
  TableCursor cursor(*from.txn, from.table(Table::Object));
  for (bool more = cursor.first(); more; more = cursor.next()) {
    const RawObject object = from.content_at(number_at(cursor.key(), 0, kNumberSize));
    auto [head, content] = from.encode_value(object.type, object.payload, kStoreFormat);
    to.put(Table::Object, cursor.key(), head + content);
    if (to.is_full()) to.flush_in_order();
  }
  to.flush_in_order();
  for (const std::string_view name : {"format", "min_reader", "min_writer"})
    to.put(Table::Meta, name, std::to_string(kStoreFormat));
  to.flush();
}

// The same table, as the newest format has it.
void copy_holders(ReadTransaction::Impl& from, NextGeneration& to) {
  std::uint64_t last = 0;
  std::string value;
  TableCursor cursor(*from.txn, from.table(Table::Holder));
  for (bool more = cursor.first(); more; more = cursor.next()) {
    const std::uint64_t node = number_at(cursor.key(), 0, kNumberSize);
    if (node != last)
      value = holder_value(kStoreFormat, group_of_leaf(from.content_at(node).payload));
    last = node;
    to.put(Table::Holder, cursor.key(), value);
    if (to.is_full()) to.flush_in_order();
  }
  to.flush_in_order();
}

}  // namespace

void build_indexes(NextGeneration& next, const Unreadable& unreadable) {
  std::uint64_t last = 0;
  for (bool more = true; more; next.flush())
    read(next, [&](ReadTransaction::Impl& impl) { more = find_ids(impl, last, next, unreadable); });
  IndexDerivation derivation([&](Table table, std::string_view key,
                                 std::string_view value) { next.put(table, key, value); },
                             unreadable);
  for (bool more = true; more; next.flush())
    read(next, [&](ReadTransaction::Impl& impl) {
      more = derivation.advance(IndexAccess::transaction(impl), kDerivedAtOnce);
    });
}

int newest_store_format() noexcept {
  return kStoreFormat;
}

int format_of_store(const std::filesystem::path& directory) {
  int format = 0;
  const LmdbEnv env(directory / current_generation(directory), {.read_only = true}, kTableNames);
  env.read([&](const TableTransaction& txn) {
    const ReadTransaction::Impl impl(txn);
    check_format(impl, Store::Mode::ReadOnly);
    format = impl.stored_format();
  });
  return format;
}

void copy_store(const std::filesystem::path& directory, const std::filesystem::path& to) {
  if (file_exists(current_file(to)))
    throw Error(Errc::Conflict, "there is a store at '" + to.string() + "' already");
  const std::string name = current_generation(directory);
  const LmdbEnv env(directory / name, {.read_only = true}, kTableNames);
  env.read([&](const TableTransaction& txn) {
    check_format(ReadTransaction::Impl(txn), Store::Mode::ReadOnly);
  });
  make_directories(to / name);
  const std::filesystem::path file = to / name / "data.mdb";
  constexpr mode_t kMode = 0666;  // less the umask, like the store's own
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
  if (!fd) throw_errno(errno, "create", file.string());
  env.copy_to(fd.get());
  if (::fsync(fd.get()) != 0) throw_errno(errno, "sync", file.string());
  sync_directory(to / name);
  sync_directory(to);
  constexpr mode_t kModeOfCurrent = 0644;
  AtomicFile current(current_file(to), kModeOfCurrent);
  current.write(name + "\n");
  current.commit();
}

RebuildReport rebuild_store(
    const std::filesystem::path& directory, Rebuild how,
    const std::function<void(const std::string&, const Error&)>& unreadable) {
  RebuildReport report;
  LmdbEnv present(directory / current_generation(directory), {}, kTableNames);
  present.write([&](TableTransaction& txn) {
    check_format(ReadTransaction::Impl(txn), Store::Mode::ReadWrite);
    report.bytes_before = present.usage().used_bytes;
    NextGeneration next(directory);
    const auto copy = [&](Table table) { copy_table(txn, next, table, {}); };
    if (how == Rebuild::Indexes) {
      for (const Table table : kGiven)
        copy_table(txn, next, table, table == Table::Meta ? kBaseRows : std::string_view());
      build_indexes(next, unreadable);
    } else {
      for (std::size_t i = 0; i < kTableNames.size(); ++i)
        if (how == Rebuild::Compact || !is_laid_out_anew(static_cast<Table>(i)))
          copy(static_cast<Table>(i));
    }
    if (how == Rebuild::Upgrade) {
      ReadTransaction::Impl impl(txn);
      copy_objects(impl, next);
      copy_holders(impl, next);
    }
    report.bytes_after = next.env().usage().used_bytes;
    report.generation = next.name();
    report.rows = next.rows();
    next.finish();
  });
  return report;
}

}  // namespace roar
