#include "objects/lmdb_transaction.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace roar {
namespace {

// LMDB takes non-const pointers but does not write through keys and values that it is given.
MDB_val to_val(std::string_view bytes) noexcept {
  return {bytes.size(), const_cast<char*>(bytes.data())};  // NOLINT(*-const-cast)
}

class LmdbPosition final : public TablePosition {
 public:
  // Takes over `cursor`.
  LmdbPosition(const LmdbTxn& transaction, MDB_cursor* cursor) noexcept
      : transaction_(&transaction), cursor_(cursor) {}
  ~LmdbPosition() override { mdb_cursor_close(cursor_); }
  LmdbPosition(const LmdbPosition&) = delete;
  LmdbPosition& operator=(const LmdbPosition&) = delete;

  bool first() override { return move({}, MDB_FIRST); }
  bool last() override { return move({}, MDB_LAST); }
  bool next() override { return move({}, MDB_NEXT); }
  bool previous() override { return move({}, MDB_PREV); }
  bool seek(std::string_view key) override {
    return key.empty() ? first() : move(key, MDB_SET_RANGE);
  }

 private:
  bool move(std::string_view to, MDB_cursor_op operation) {
    MDB_val k = to_val(to);
    MDB_val v{};
    const int code = mdb_cursor_get(cursor_, &k, &v, operation);
    if (code == MDB_NOTFOUND) return false;
    transaction_->check(code, "read from");
    stand_at(to_view(k), to_view(v));
    return true;
  }

  const LmdbTxn* transaction_;
  MDB_cursor* cursor_;
};

}  // namespace

Errc lmdb_errc(int code) noexcept {
  switch (code) {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
      return Errc::Corrupt;
    case MDB_VERSION_MISMATCH:
      return Errc::Unsupported;
    default:
      return Errc::Io;
  }
}

LmdbTxn::~LmdbTxn() {
  if (txn_ == nullptr) return;
  // The cursors of a write end with it.
  if (read_only_)
    for (MDB_cursor* const cursor : cursors_) mdb_cursor_close(cursor);
  mdb_txn_abort(txn_);
}

int LmdbTxn::commit() {
  // A failed put leaves nothing to commit, even if the body caught what we threw.
  if (map_full_) return MDB_MAP_FULL;
  return mdb_txn_commit(std::exchange(txn_, nullptr));
}

void LmdbTxn::check(int code, std::string_view action) const {
  if (code == MDB_SUCCESS) return;
  if (code == MDB_MAP_FULL) map_full_ = true;
  if (map_full_) throw LmdbMapFull();
  throw Error(lmdb_errc(code),
              "cannot " + std::string(action) + " the store: " + mdb_strerror(code));
}

MDB_cursor* LmdbTxn::cursor(TableNumber table) const {
  if (cursors_.size() <= table) cursors_.resize(table + 1, nullptr);
  if (cursors_[table] == nullptr)
    check(mdb_cursor_open(txn_, tables_[table], &cursors_[table]), "read from");
  return cursors_[table];
}

void LmdbTxn::forget_cursor(TableNumber table) {
  if (cursors_.size() <= table || cursors_[table] == nullptr) return;
  mdb_cursor_close(std::exchange(cursors_[table], nullptr));
}

std::unique_ptr<TablePosition> LmdbTxn::position(TableNumber table) const {
  MDB_cursor* cursor = nullptr;
  check(mdb_cursor_open(txn_, tables_[table], &cursor), "read from");
  return std::make_unique<LmdbPosition>(*this, cursor);
}

std::optional<std::string_view> LmdbTxn::get(TableNumber table, std::string_view key) const {
  if (key.empty()) return std::nullopt;
  MDB_val k = to_val(key);
  MDB_val v{};
  const int code = mdb_cursor_get(cursor(table), &k, &v, MDB_SET);
  if (code == MDB_NOTFOUND) return std::nullopt;
  check(code, "read from");
  return to_view(v);
}

MDB_stat LmdbTxn::stat(TableNumber table) const {
  MDB_stat stat{};
  check(mdb_stat(txn_, tables_[table], &stat), "read from");
  return stat;
}

std::size_t LmdbTxn::count(TableNumber table) const {
  return stat(table).ms_entries;
}

std::size_t LmdbTxn::pages(TableNumber table) const {
  const MDB_stat all = stat(table);
  return all.ms_branch_pages + all.ms_leaf_pages + all.ms_overflow_pages;
}

PageUsage LmdbTxn::page_usage() const {
  MDB_env* const env = mdb_txn_env(txn_);
  MDB_envinfo info{};
  mdb_env_info(env, &info);
  MDB_stat stat{};
  mdb_env_stat(env, &stat);
  PageUsage usage{.bytes = stat.ms_psize, .pages = info.me_last_pgno + 1, .free_pages = 0};

  constexpr MDB_dbi kFreeList = 0;  // of lists of page numbers, each after its length
  MDB_cursor* opened = nullptr;
  check(mdb_cursor_open(txn_, kFreeList, &opened), "read from");
  LmdbPosition list(*this, opened);
  for (bool more = list.first(); more; more = list.next()) {
    std::size_t length = 0;
    if (list.value().size() >= sizeof length)
      std::memcpy(&length, list.value().data(), sizeof length);
    usage.free_pages += length;
  }
  return usage;
}

std::uint64_t LmdbTxn::number() const noexcept {
  return mdb_txn_id(txn_);
}

void LmdbTxn::put(TableNumber table, std::string_view key, std::string_view value) {
  check(set(table, key, value, 0), "write to");
}

void LmdbTxn::put_new(TableNumber table, std::string_view key, std::string_view value) {
  const int code = set(table, key, value, MDB_NOOVERWRITE);
  if (code != MDB_KEYEXIST) check(code, "write to");
}

int LmdbTxn::set(TableNumber table, std::string_view key, std::string_view value, unsigned flags) {
  check_key(key);
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  return mdb_cursor_put(cursor(table), &k, &v, flags);
}

void LmdbTxn::append(TableNumber table, std::string_view key, std::string_view head,
                     std::string_view tail) {
  check_key(key);
  MDB_val k = to_val(key);
  MDB_val v{head.size() + tail.size(), nullptr};
  const int code = mdb_cursor_put(cursor(table), &k, &v, MDB_APPEND | MDB_RESERVE);
  if (code == MDB_KEYEXIST) fail_out_of_order();
  check(code, "write to");
  char* const bytes = static_cast<char*>(v.mv_data);
  std::ranges::copy(tail, std::ranges::copy(head, bytes).out);
}

bool LmdbTxn::erase(TableNumber table, std::string_view key) {
  if (key.empty()) return false;
  forget_cursor(table);
  MDB_val k = to_val(key);
  const int code = mdb_del(txn_, tables_[table], &k, nullptr);
  if (code == MDB_NOTFOUND) return false;
  check(code, "write to");
  return true;
}

void LmdbTxn::clear(TableNumber table) {
  forget_cursor(table);
  check(mdb_drop(txn_, tables_[table], 0), "write to");
}

}  // namespace roar
