#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "objects/base/byte_stream.h"
#include "objects/object_id.h"
#include "objects/pack.h"
#include "objects/store.h"

namespace roar {

// Reads a pack that nobody vouches for, object by object. No length is believed before it was
// compared with a limit, and no more memory is taken than what was really there, apart from the
// ids, which are all kept: about 60 bytes for each object.
//
// Throws Errc::Corrupt for everything that no writer of packs writes, and Errc::Unsupported for a
// newer version and for what goes beyond a limit. From one thread at a time.
class PackReader {
 public:
  struct Limits {
    std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();  // of the pack
    std::uint64_t object_bytes = kObjectSizeMax;                      // of one payload
  };

  explicit PackReader(ByteSource source) : PackReader(std::move(source), Limits()) {}
  PackReader(ByteSource source, const Limits& limits);
  ~PackReader();
  PackReader(const PackReader&) = delete;
  PackReader& operator=(const PackReader&) = delete;

  // The next object, whose id is not that of one before. Nullopt at the end, if the number of
  // objects and the digest of the pack are right and nothing follows: only then is what came before
  // known to be what was written. Nothing may be called but the next two after an exception or the
  // end.
  std::optional<PackedObject> next();

  // Of the objects so far; complete at the end.
  const PackSummary& summary() const noexcept;
  // The type of an object that came; nullopt if none with this id did.
  std::optional<ObjectType> type_of(const ObjectId& id) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace roar
