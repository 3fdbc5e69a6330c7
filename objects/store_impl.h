#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "objects/compression.h"
#include "objects/lmdb.h"
#include "objects/store.h"
#include "objects/transaction.h"

// What the files that implement the store share. Nobody else includes this.

namespace roar {

// The tables of a store; docs/formats/store.md says what their keys and values are. Those from Job
// on are derived from the others.
enum class Table : std::uint8_t {
  Object,
  Id,
  Ref,
  Reflog,
  Meta,
  Job,
  Uid,
  Place,
  Step,
  Identity,
  Path,
  Use,
  Digest,
  DigestsOf,
  Holder,
};
inline constexpr std::array<std::string_view, 15> kTableNames = {
    "obj",  "oid", "ref",  "reflog", "meta", "job",    "uid",   "place",
    "step", "act", "path", "edge",   "alt",  "digest", "holder"};

struct Store::Impl {
  std::filesystem::path directory;
  std::string generation;  // what CURRENT says
  LmdbEnv env;
};

// An entry of the table of ids.
struct Location {
  std::uint64_t sequence = 0;  // the object's key; private to this store
  ObjectType type = ObjectType::Blob;
  std::uint64_t size = 0;  // of the payload
};

struct ReadTransaction::Impl {
  Impl(const LmdbEnv& environment, const LmdbTxn& transaction) noexcept
      : env(&environment), txn(&transaction) {}
  Impl(const LmdbEnv& environment, LmdbTxn& transaction) noexcept
      : env(&environment), txn(&transaction), writable(&transaction) {}

  LmdbTable table(Table which) const { return env->table(static_cast<std::size_t>(which)); }
  std::optional<std::string_view> get(Table which, std::string_view key) const {
    return txn->get(table(which), key);
  }
  void put(Table which, std::string_view key, std::string_view value) {
    writable->put(table(which), key, value);
  }
  void put_new(Table which, std::string_view key, std::string_view value) {
    writable->put_new(table(which), key, value);
  }

  std::optional<Location> locate(const ObjectId& id) const;
  // Stores the object unless it is there; its sequence number either way.
  std::uint64_t put_object(ObjectType type, std::string_view payload, const ObjectId& id);
  RawObject read_object(const ObjectId& id, const Location& location);
  // The id of the object with this sequence number; hashes its payload to find out.
  ObjectId id_of(std::uint64_t sequence);
  // Writes what is kept in memory until the end.
  void finish();

  const LmdbEnv* env;
  const LmdbTxn* txn;
  LmdbTxn* writable = nullptr;
  Compression compression;
  std::optional<std::uint64_t> next_sequence;  // loaded when the first object is written
};

// For the files that keep the derived tables.
struct IndexAccess {
  static ReadTransaction::Impl& of(const ReadTransaction& transaction) noexcept {
    return *transaction.impl_;
  }
};

}  // namespace roar
