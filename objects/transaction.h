#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/store.h"

namespace roar {

// What a store says about itself. In a sound store there are as many ids as objects, and the next
// number is higher than all that are in use.
struct ObjectCounts {
  std::uint64_t by_number = 0;
  std::uint64_t by_id = 0;
  std::uint64_t highest_number = 0;  // 0 if there are no objects
  std::uint64_t next_number = 0;
};

// What one snapshot of a store holds. Made by Store::read and Store::write only, and not valid
// after the body returns. Not for use from several threads.
class ReadTransaction {
 public:
  // Nullopt if there is no such object. The bytes are hashed again on every call: throws
  // Errc::Corrupt, naming the object, if they are not what was stored.
  std::optional<RawObject> object(const ObjectId& id) const;
  // The same, but absence or another type is an Error: NotFound or Corrupt.
  std::string payload(const ObjectId& id, ObjectType type) const;
  // Type and size without reading the payload.
  std::optional<ObjectInfo> info(const ObjectId& id) const;
  // Objects whose id starts with these hexadecimal digits, in order of id, `limit` at most.
  std::vector<ObjectInfo> with_prefix(std::string_view hex, std::size_t limit) const;
  // Objects in order of id, from the first after `id` (nullopt: from the first), `limit` at most.
  std::vector<ObjectInfo> after(const std::optional<ObjectId>& id, std::size_t limit) const;
  // Without reading the payload. Nullopt if there is no such object.
  std::optional<StoredForm> stored_form(const ObjectId& id) const;
  // Calls `visit` for every object in the order of writing until it returns false.
  void for_each_object(const std::function<bool(const ObjectInfo&)>& visit) const;

  ObjectCounts counts() const;

  std::optional<Ref> ref(std::string_view name) const;
  // Follows symbolic refs. Nullopt if the ref, or what it names, does not exist.
  std::optional<ObjectId> resolve_ref(std::string_view name) const;
  // Where following symbolic refs ends: the name of a plain ref, or of one that does not exist.
  // Throws Errc::Corrupt if it does not end.
  std::string followed_ref(std::string_view name) const;
  // Refs whose name starts with `prefix`, in byte order.
  std::vector<Ref> refs(std::string_view prefix) const;
  bool has_refs(std::string_view prefix) const;
  // Oldest first.
  std::vector<ReflogEntry> reflog(std::string_view ref) const;
  // The first of them, without reading the others.
  std::optional<ReflogEntry> oldest_reflog_entry(std::string_view ref) const;
  // The refs that have a log, in byte order; some of them may be gone.
  std::vector<std::string> logged_refs() const;

  struct Impl;

 protected:
  explicit ReadTransaction(Impl& impl) noexcept : impl_(&impl) {}
  Impl* impl_;
  friend class Store;
  friend struct IndexAccess;  // objects/index.cc: the derived tables
};

// Reads see the transaction's own writes.
class WriteTransaction : public ReadTransaction {
 public:
  // Stores an object; does nothing if it is there. `payload` must be canonical for its type. If
  // it is much like the object `like`, only what differs is stored (a delta); that one need not be
  // there.
  ObjectId put(ObjectType type, std::string_view payload, const ObjectId* like = nullptr);

  // An object that was put and was there already, and that no ref may lead to yet, is kept by
  // `roar gc` as long as a new one. Does nothing if it is not there.
  void freshen(const ObjectId& id);
  // What is written from now on is younger than this moment, and all else is older.
  void note_time();
  // Of this transaction; that of the next one that changes something is higher by one.
  std::uint64_t commit_number() const noexcept;
  // Takes an object away; nothing may name it. False if it is not there any more, or was stored
  // anew since `info` was read.
  bool remove(const ObjectInfo& info);

  // Moves a ref, with a reflog entry. Throws Errc::Conflict if it does not point at `expected` now
  // (nullopt: must not exist), or if its name and another one cannot both be. These three know
  // nothing of derived tables: sessions are moved by history.h and by ref_change.h.
  void set_ref(std::string_view name, const ObjectId& target,
               const std::optional<ObjectId>& expected, Timestamp when, std::string_view reason);
  void set_symbolic_ref(std::string_view name, std::string_view target, Timestamp when,
                        std::string_view reason);
  // Its log stays, and says that it is gone. Does nothing if there is no such ref.
  void remove_ref(std::string_view name, Timestamp when, std::string_view reason);
  // Drops those entries of the log, oldest first, that are not to be kept.
  void keep_reflog(std::string_view ref, const std::function<bool(const ReflogEntry&)>& keep);

 private:
  using ReadTransaction::ReadTransaction;
  friend class Store;
};

}  // namespace roar
