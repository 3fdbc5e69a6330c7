#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "objects/compression.h"
#include "objects/store.h"
#include "objects/store_backend.h"
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

constexpr TableNumber number_of(Table table) noexcept {
  return static_cast<TableNumber>(table);
}

// The format of the tables. A program may read a store whose min_reader is not higher than this,
// and write to it if min_writer is not.
inline constexpr int kStoreFormat = 4;

// An entry of the table of ids.
struct Location {
  std::uint64_t sequence = 0;  // the object's key; private to this store
  ObjectType type = ObjectType::Blob;
  std::uint64_t size = 0;  // of the payload
};

std::string encode_location(const Location& location);
struct StoredValue;

struct ReadTransaction::Impl {
  explicit Impl(const TableTransaction& transaction) noexcept : txn(&transaction) {}
  explicit Impl(TableTransaction& transaction) noexcept
      : txn(&transaction), writable(&transaction) {}

  static TableNumber table(Table which) noexcept { return number_of(which); }
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
  std::uint64_t put_object(ObjectType type, std::string_view payload, const ObjectId& id,
                           const ObjectId* like = nullptr);
  RawObject read_object(const ObjectId& id, const Location& location);
  // The two parts of the value that an object has in this format of the store.
  std::pair<std::string, std::string> encode_value(ObjectType type, std::string_view payload,
                                                   int store_format);
  // The payload of what stands at this number in the table of objects, of a delta too.
  std::string payload_at(std::uint64_t sequence, const StoredValue& stored, std::string_view name);
  // Stores the object as a delta against `like`, or against what that is one against, if that takes
  // at most half of `whole_size` bytes; else returns false.
  bool put_delta(std::uint64_t sequence, ObjectType type, std::string_view payload,
                 const ObjectId& like, std::size_t whole_size);
  // The object is about to go: what is a delta against it is stored anew.
  void release_base(std::uint64_t sequence);
  // The object with this sequence number, and its id, which is found out by hashing.
  std::pair<ObjectId, RawObject> object_at(std::uint64_t sequence);
  // The same, but its id is not looked up, and may not be what leads to it.
  RawObject content_at(std::uint64_t sequence);
  // The id of the object with this sequence number; hashes its payload to find out.
  ObjectId id_of(std::uint64_t sequence);
  // The format that the store says it has; later ones know more codecs.
  int stored_format() const;
  // The same, looked up once.
  int known_format();
  // Writes what is kept in memory until the end.
  void finish();

  const TableTransaction* txn;
  TableTransaction* writable = nullptr;
  Compression compression;
  std::optional<std::uint64_t> next_sequence;  // loaded when the first object is written
  std::optional<int> format;                   // see known_format
  std::uint64_t first_new = 0;                 // the number of that object
};

// What a store that is made has in its tables. Does nothing if that is there.
void write_meta(TableTransaction& transaction);
// A store of a later version says itself whether we may read and write it: Errc::Unsupported.
void check_format(const ReadTransaction::Impl& transaction, Store::Mode mode);

// For the files that keep the derived tables.
struct IndexAccess {
  static ReadTransaction::Impl& of(const ReadTransaction& transaction) noexcept {
    return *transaction.impl_;
  }
  static ReadTransaction transaction(ReadTransaction::Impl& impl) noexcept {
    return ReadTransaction(impl);
  }
};

}  // namespace roar
