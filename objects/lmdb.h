#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <shared_mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/store_backend.h"

// The backend that keeps its tables in a file, and the only header that knows LMDB: <lmdb.h> itself
// is included by lmdb*.cc alone, by way of lmdb_transaction.h. The C interface is used throughout,
// not the C++ wrapper that Debian ships: the codes that need a second attempt (map full, map
// resized, no reader slot) are ordinary here, and that wrapper makes each of them an exception of
// its own.

struct MDB_env;
struct MDB_txn;

namespace roar {

struct LmdbOptions {
  bool create = false;     // make the file if it is missing; else that is Errc::NotFound
  bool read_only = false;  // needs no write permission
  bool sync_meta = true;   // false: a power cut may undo the last commits, and does no other harm
  bool sync = true;  // false: nothing is durable before LmdbEnv::sync, and a crash destroys it
  std::chrono::milliseconds patience{10'000};  // with another process that writes
  // Address space to reserve, which bounds what the file can grow to before it has to be mapped
  // anew. 0: up to 1 TiB, less where the process may not have so much.
  std::size_t map_bytes = 0;
};

// An open LMDB environment: the file data.mdb in a directory of its own.
//
// Opening the same file twice in one process breaks LMDB's locks, so the second time throws
// Errc::Conflict. Not usable after fork(2). No descriptor of it survives exec(3). May be shared by
// threads; transactions may not, and a thread must not begin one inside another.
class LmdbEnv final : public StoreBackend {
 public:
  // Opens the environment with these tables, numbered 0, 1, ... in this order; those that are
  // missing are created if it is writable, else Errc::Corrupt. Throws Errc::NotFound, Unsupported
  // (another version of LMDB, a network file system), Corrupt (not an LMDB file, or shorter than
  // it says), Conflict, or Io.
  LmdbEnv(const std::filesystem::path& directory, const LmdbOptions& options,
          std::span<const std::string_view> tables);
  ~LmdbEnv() override;
  LmdbEnv(const LmdbEnv&) = delete;
  LmdbEnv& operator=(const LmdbEnv&) = delete;

  void read(const std::function<void(const TableTransaction&)>& body) const override;
  // Commits when `body` returns, and aborts if it throws. When the map is too small it is enlarged
  // and `body` runs again. Throws Errc::Busy if another process writes for longer
  // than our patience.
  void write(const std::function<void(TableTransaction&)>& body) override;

  // Writes a copy without free pages, of what the last commit left, to a file that is open for
  // writing. Others may write meanwhile.
  void copy_to(int descriptor) const;
  // Makes all commits durable; for who opened it without `sync`.
  void sync();

  bool read_only() const noexcept { return read_only_; }
  BackendUsage usage() const override;
  // Frees the slots of readers whose process is gone, which keep the file from reusing pages; how
  // many there were.
  unsigned clear_dead_readers() const override;

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
  int try_write(const std::function<void(TableTransaction&)>& body);
  void enlarge(std::size_t least_bytes) const;
  [[noreturn]] void fail(int code, std::string_view action) const;

  std::filesystem::path directory_;
  FileId file_{};
  MDB_env* env_ = nullptr;
  bool read_only_ = false;
  std::chrono::milliseconds patience_;
  std::vector<unsigned> tables_;  // LMDB's own numbers of them
  // Held shared by every transaction and exclusively to change the map, which must not happen
  // under a transaction's feet.
  mutable std::shared_mutex map_mutex_;
};

// Whether every entry of the environment can be read: asked of a child process, because LMDB
// crashes on files that are damaged or cut off.
bool lmdb_is_readable(const std::filesystem::path& directory);

}  // namespace roar
