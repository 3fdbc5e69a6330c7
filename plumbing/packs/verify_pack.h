#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "objects/base/byte_stream.h"
#include "objects/pack_reader.h"

namespace roar::plumbing {

struct PackStatistics {
  struct OfType {
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;  // of the payloads
  };
  PackSummary summary;
  std::map<ObjectType, OfType> types;
  // What objects of the pack name, and the pack does not have. Sorted.
  std::vector<ObjectId> outside;
};

// Reads a pack to its end and checks all that can be checked without a store. Calls `visit` for
// each object when it has been checked, while it is not known yet whether the pack is whole. Throws
// Errc::Corrupt or Errc::Unsupported if it is none, or not sound.
PackStatistics verify_pack(ByteSource pack, const PackReader::Limits& limits,
                           const std::function<void(const PackedObject&)>& visit);

}  // namespace roar::plumbing
