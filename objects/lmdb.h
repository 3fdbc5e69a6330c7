#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The only header that knows LMDB; <lmdb.h> itself is included by lmdb.cc alone. The C interface
// is used throughout, not the C++ wrapper that Debian ships: the codes that need a second attempt
// (map full, map resized, no reader slot) are ordinary here, and that wrapper makes each of them an
// exception of its own.

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace roar {

using LmdbTable = unsigned;

struct LmdbOptions {
  bool create = false;     // make the file if it is missing; else that is Errc::NotFound
  bool read_only = false;  // needs no write permission
  bool sync_meta = true;   // false: a power cut may undo the last commits, and does no other harm
  std::chrono::milliseconds patience{10'000};  // with another process that writes
  // Address space to reserve, which bounds what the file can grow to before it has to be mapped
  // anew. 0: up to 1 TiB, less where the process may not have so much.
  std::size_t map_bytes = 0;
};

// One snapshot, or one set of changes. Made by LmdbEnv only.
//
// Views that it returns point into the memory map: they are valid until the next change through
// this transaction, or its end.
class LmdbTxn {
 public:
  LmdbTxn(const LmdbTxn&) = delete;
  LmdbTxn& operator=(const LmdbTxn&) = delete;

  std::optional<std::string_view> get(LmdbTable table, std::string_view key) const;
  std::size_t count(LmdbTable table) const;  // of entries

  // Keys are 1 to 511 bytes long. Replaces an earlier value.
  void put(LmdbTable table, std::string_view key, std::string_view value);
  // The same, but leaves an earlier value as it is.
  void put_new(LmdbTable table, std::string_view key, std::string_view value);
  // The same for a key that is higher than all others in the table, given in two parts.
  void append(LmdbTable table, std::string_view key, std::string_view head, std::string_view tail);
  // Whether it was there.
  bool erase(LmdbTable table, std::string_view key);
  void clear(LmdbTable table);

 private:
  friend class LmdbEnv;
  friend class LmdbCursor;
  LmdbTxn(MDB_txn* txn, bool read_only) noexcept : txn_(txn), read_only_(read_only) {}
  ~LmdbTxn();
  int commit();
  void check(int code, std::string_view action) const;
  MDB_cursor* cursor(LmdbTable table) const;
  void forget_cursor(LmdbTable table);
  int set(LmdbTable table, std::string_view key, std::string_view value, unsigned flags);

  MDB_txn* txn_;
  bool read_only_;
  // By table, null until it is used. One that stays finds a key near the last one without a walk
  // from the root, and what is many comes in order of its keys.
  mutable std::vector<MDB_cursor*> cursors_;
  mutable bool map_full_ = false;
};

// A position in a table. Not valid after a change to the table, nor after the transaction.
class LmdbCursor {
 public:
  LmdbCursor(const LmdbTxn& transaction, LmdbTable table);
  ~LmdbCursor();
  LmdbCursor(const LmdbCursor&) = delete;
  LmdbCursor& operator=(const LmdbCursor&) = delete;

  // Each moves the position and says whether there is an entry there.
  bool first();
  bool last();
  bool next();
  bool previous();
  bool seek(std::string_view key);  // to the first key that is not less

  std::string_view key() const noexcept { return key_; }
  std::string_view value() const noexcept { return value_; }

 private:
  bool move(int operation);

  const LmdbTxn* transaction_;
  MDB_cursor* cursor_ = nullptr;
  std::string_view key_;
  std::string_view value_;
};

// Calls `visit(key, value)` for each entry whose key starts with `prefix`, in order, until it
// returns false.
void for_each_with_prefix(const LmdbTxn& transaction, LmdbTable table, std::string_view prefix,
                          const std::function<bool(std::string_view, std::string_view)>& visit);

struct LmdbUsage {
  std::size_t map_bytes = 0;
  std::size_t used_bytes = 0;  // of the file, including free pages
  unsigned readers = 0;        // slots in use
};

// An open LMDB environment: the file data.mdb in a directory of its own.
//
// Opening the same file twice in one process breaks LMDB's locks, so the second time throws
// Errc::Conflict. Not usable after fork(2). No descriptor of it survives exec(3). May be shared by
// threads; transactions may not, and a thread must not begin one inside another.
class LmdbEnv {
 public:
  // Opens the environment with these tables, numbered 0, 1, ... in this order; those that are
  // missing are created if it is writable, else Errc::Corrupt. Throws Errc::NotFound, Unsupported
  // (another version of LMDB, a network file system), Corrupt (not an LMDB file, or shorter than
  // it says), Conflict, or Io.
  LmdbEnv(const std::filesystem::path& directory, const LmdbOptions& options,
          std::span<const std::string_view> tables);
  ~LmdbEnv();
  LmdbEnv(const LmdbEnv&) = delete;
  LmdbEnv& operator=(const LmdbEnv&) = delete;

  void read(const std::function<void(const LmdbTxn&)>& body) const;
  // Commits when `body` returns, and aborts if it throws. When the map is too small it is enlarged
  // and `body` runs again. Throws Errc::Conflict if another process writes for longer
  // than our patience.
  void write(const std::function<void(LmdbTxn&)>& body);

  LmdbTable table(std::size_t index) const { return tables_.at(index); }
  bool read_only() const noexcept { return read_only_; }
  LmdbUsage usage() const;
  // Frees the slots of readers whose process is gone, which keep the file from reusing pages; how
  // many there were.
  unsigned clear_dead_readers() const;

 private:
  // What identifies a file, however it is called.
  using FileId = std::pair<std::uint64_t, std::uint64_t>;

  void open(const LmdbOptions& options);
  void open_tables(std::span<const std::string_view> names);
  bool try_tables(std::span<const std::string_view> names, bool create);
  void close() noexcept;
  void close_on_exec() const;
  MDB_txn* begin_read() const;
  MDB_txn* begin_write() const;
  int try_write(const std::function<void(LmdbTxn&)>& body);
  void enlarge(std::size_t least_bytes) const;
  [[noreturn]] void fail(int code, std::string_view action) const;

  std::filesystem::path directory_;
  FileId file_{};
  MDB_env* env_ = nullptr;
  bool read_only_ = false;
  std::chrono::milliseconds patience_;
  std::vector<LmdbTable> tables_;
  // Held shared by every transaction and exclusively to change the map, which must not happen
  // under a transaction's feet.
  mutable std::shared_mutex map_mutex_;
};

// Whether every entry of the environment can be read: asked of a child process, because LMDB
// crashes on files that are damaged or cut off.
bool lmdb_is_readable(const std::filesystem::path& directory);

}  // namespace roar
