#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/object_id.h"

namespace roar {

struct ObjectInfo {
  ObjectId id;
  ObjectType type = ObjectType::Blob;
  std::uint64_t size = 0;      // of the payload, in bytes
  std::uint64_t sequence = 0;  // its place in the order of writing; means nothing elsewhere
};

// How an object lies in the store.
struct StoredForm {
  std::uint64_t bytes = 0;  // of the database's value
  bool compressed = false;
  std::optional<ObjectId> base = {};  // of a delta: the object that it is stored against
};

struct RawObject {
  ObjectType type = ObjectType::Blob;
  std::string payload;
};

struct Ref {
  std::string name;                // "HEAD" or "refs/..."
  std::optional<ObjectId> target;  // of a plain ref
  std::string symbolic;            // the ref that a symbolic one names; else empty
};

struct ReflogEntry {
  ObjectId before;  // zero: the ref was created
  ObjectId after;   // zero: the ref was deleted
  Timestamp when;
  std::string reason;
};

// The largest payload that an object may have.
inline constexpr std::uint64_t kObjectSizeMax = std::uint64_t{16} << 20;

struct StoreUsage {
  std::uint64_t map_bytes = 0;   // of address space
  std::uint64_t file_bytes = 0;  // in use in the file, free pages included
};

class ReadTransaction;
class StoreBackend;
class WriteTransaction;

// The object store in one directory (docs/formats/store.md), or in memory. Copies nothing out of a
// directory: opening costs well under a millisecond.
//
// One Store per directory and process; opening a second one throws Errc::Conflict. Not usable after
// fork(2), and it must be closed while a user's command runs, so that no descriptor reaches it.
// Safe to use from several threads, each in its own transaction.
class Store {
 public:
  enum class Mode { ReadOnly, ReadWrite };

  struct Options {
    // Address space to reserve; 0 means 1 TiB, or less where the process may not have so much. The
    // store grows beyond it all the same, only less smoothly.
    std::size_t map_bytes = 0;
  };

  // Creates an empty store. Throws Errc::Conflict if there is one already.
  static void create(const std::filesystem::path& directory);

  // Throws Errc::NotFound if there is no store, Errc::Unsupported if a newer version wrote it or
  // the file system cannot carry it, Errc::Corrupt if the file is shorter than it says,
  // Errc::Conflict if it is open in this process already, Errc::Io else.
  Store(const std::filesystem::path& directory, Mode mode) : Store(directory, mode, Options()) {}
  Store(const std::filesystem::path& directory, Mode mode, const Options& options);
  // In tables of any kind (objects/store_backend.h), as many as a store has. Where they are empty
  // that is a new store. Throws Errc::Unsupported or Errc::Corrupt for what a store is not made of.
  explicit Store(std::unique_ptr<StoreBackend> backend);
  // A new one in memory, which is gone with the object. What is about files takes a directory, and
  // so is not for it: copies, compaction, recovery.
  static Store in_memory();
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs `body` on one consistent snapshot. Keep it short: an open snapshot makes the file grow.
  void read(const std::function<void(const ReadTransaction&)>& body) const;

  // Runs `body` and makes all of its changes durable at once, or none if it throws. Blocks while
  // another process writes. `body` may run more than once (the map grows, or another process grew
  // it), so it must only touch the transaction and overwrite what it returns.
  void write(const std::function<void(WriteTransaction&)>& body);

  StoreUsage usage() const;
  // Frees what processes that died still hold, which makes the file grow; how many there were.
  unsigned clear_dead_readers() const;

 private:
  std::unique_ptr<StoreBackend> backend_;
};

}  // namespace roar
