#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/compression.h"
#include "objects/object_id.h"

// What stands for an object in the table of objects (docs/formats/store.md). Nobody but the files
// that implement the store includes this.

namespace roar {

// Its first byte. Never reused for another meaning.
enum class Codec : std::uint8_t { Raw = 0, Zstd = 1, ZstdFirstDictionary = 2, Delta = 3 };

// Nullopt for what is no type's number.
std::optional<ObjectType> type_of_number(std::uint64_t number) noexcept;

struct StoredValue {
  Codec codec = Codec::Raw;
  ObjectType type = ObjectType::Blob;
  std::uint64_t size = 0;  // of the payload, in bytes; kObjectSizeMax at most
  std::uint64_t base = 0;  // of a delta: the number of the object that it differs from
  std::string_view bytes;  // the payload as the codec has it; a view into what was parsed
};

// Throws Errc::Corrupt, calling it `name`.
StoredValue parse_value(std::string_view value, std::string_view name);

// Throw Errc::Corrupt. The first is for what is no delta, the second for what is one.
std::string payload_of(const StoredValue& value, Compression& compression, std::string_view name);
std::string payload_of_delta(const StoredValue& value, std::string_view base_payload,
                             Compression& compression, std::string_view name);

// What stands before the bytes.
std::string head_of_value(Codec codec, ObjectType type, std::uint64_t size);
std::string head_of_delta(ObjectType type, std::uint64_t size, std::uint64_t base);

[[noreturn]] void fail_damaged(std::string_view what, std::string_view problem);

}  // namespace roar
