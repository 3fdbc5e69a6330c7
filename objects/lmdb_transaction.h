#pragma once

#include <lmdb.h>

#include <span>
#include <vector>

#include "objects/base/error.h"
#include "objects/store_backend.h"

// Only for the files that implement lmdb.h.

namespace roar {

// Thrown through the body of a write and caught by LmdbEnv::write. Not an exception type, so that
// no handler in between takes it for an error.
struct LmdbMapFull {};

// What an LMDB return code means to callers.
Errc lmdb_errc(int code) noexcept;

inline std::string_view to_view(const MDB_val& value) noexcept {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

// Views that it returns point into the memory map.
class LmdbTxn final : public TableTransaction {
 public:
  // Takes over `txn`. `tables` has LMDB's own numbers and outlives this.
  LmdbTxn(MDB_txn* txn, std::span<const unsigned> tables, bool read_only) noexcept
      : txn_(txn), tables_(tables), read_only_(read_only) {}
  LmdbTxn(const LmdbTxn&) = delete;
  LmdbTxn& operator=(const LmdbTxn&) = delete;
  ~LmdbTxn() override;  // aborts unless it was committed

  std::optional<std::string_view> get(TableNumber table, std::string_view key) const override;
  std::size_t count(TableNumber table) const override;
  std::size_t pages(TableNumber table) const override;
  PageUsage page_usage() const override;
  std::uint64_t number() const noexcept override;

  void put(TableNumber table, std::string_view key, std::string_view value) override;
  void put_new(TableNumber table, std::string_view key, std::string_view value) override;
  void append(TableNumber table, std::string_view key, std::string_view head,
              std::string_view tail) override;
  bool erase(TableNumber table, std::string_view key) override;
  void clear(TableNumber table) override;

  // LMDB's code. MDB_MAP_FULL: some change failed, and nothing is committed.
  int commit();
  // Throws unless the code is MDB_SUCCESS: LmdbMapFull, or an Error.
  void check(int code, std::string_view action) const;

 private:
  std::unique_ptr<TablePosition> position(TableNumber table) const override;
  MDB_stat stat(TableNumber table) const;
  MDB_cursor* cursor(TableNumber table) const;
  void forget_cursor(TableNumber table);
  int set(TableNumber table, std::string_view key, std::string_view value, unsigned flags);

  MDB_txn* txn_;
  std::span<const unsigned> tables_;
  bool read_only_;
  // By table, null until it is used. One that stays finds a key near the last one without a walk
  // from the root, and what is many comes in order of its keys.
  mutable std::vector<MDB_cursor*> cursors_;
  mutable bool map_full_ = false;
};

}  // namespace roar
