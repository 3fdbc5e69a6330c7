#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/blake3.h"
#include "objects/object_id.h"

// What the writer and the reader of packs share. docs/formats/pack.md describes the format.

namespace roar {

inline constexpr std::string_view kPackMagic = "RPAK";
inline constexpr char kPackVersion = 1;
inline constexpr char kPackHashBlake3 = 1;
inline constexpr std::size_t kPackHeaderSize = 6;
inline constexpr std::size_t kPackCountSize = 8;

struct PackedObject {
  ObjectId id;  // computed from the rest
  ObjectType type = ObjectType::Blob;
  std::string payload;
};

struct PackSummary {
  std::uint64_t objects = 0;
  std::uint64_t payload_bytes = 0;  // of all objects
  std::uint64_t bytes = 0;          // of the pack
  Blake3Digest digest{};            // of the pack but for its last 32 bytes, which are the digest
};

}  // namespace roar
