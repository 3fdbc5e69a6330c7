#include "objects/stored_value.h"

#include <optional>
#include <utility>

#include "objects/base/error.h"
#include "objects/key.h"
#include "objects/store.h"

namespace roar {

void fail_damaged(std::string_view what, std::string_view problem) {
  throw Error(Errc::Corrupt,
              "object " + std::string(what) + " is damaged: " + std::string(problem));
}

std::optional<ObjectType> type_of_number(std::uint64_t number) noexcept {
  if (number < static_cast<std::uint64_t>(ObjectType::Artifact) ||
      number > static_cast<std::uint64_t>(ObjectType::Composite))
    return std::nullopt;
  return static_cast<ObjectType>(number);
}

StoredValue parse_value(std::string_view value, std::string_view name) {
  const std::uint64_t codec = number_at(value, 0, 1);
  const std::optional<ObjectType> type = type_of_number(number_at(value, 1, 1));
  if (codec > static_cast<std::uint64_t>(Codec::Delta)) fail_damaged(name, "its codec is unknown");
  if (!type) fail_damaged(name, "its type is unknown");
  value.remove_prefix(2);
  StoredValue stored{.codec = static_cast<Codec>(codec), .type = *type, .bytes = {}};
  stored.size = take_length(value);
  if (stored.size > kObjectSizeMax) fail_damaged(name, "it claims to be too large");
  if (stored.codec == Codec::Delta) stored.base = take_length(value);
  stored.bytes = value;
  return stored;
}

std::string payload_of(const StoredValue& value, Compression& compression, std::string_view name) {
  if (value.codec == Codec::Raw) {
    if (value.bytes.size() != value.size) fail_damaged(name, "its size is wrong");
    return std::string(value.bytes);
  }
  const Dictionary dictionary = value.codec == Codec::Zstd ? Dictionary::None : Dictionary::First;
  std::optional<std::string> payload = compression.decompress(value.bytes, value.size, dictionary);
  if (!payload) fail_damaged(name, "it cannot be decompressed");
  return *std::move(payload);
}

std::string payload_of_delta(const StoredValue& value, std::string_view base_payload,
                             Compression& compression, std::string_view name) {
  std::optional<std::string> payload =
      compression.decompress_against(base_payload, value.bytes, value.size);
  if (!payload) fail_damaged(name, "it cannot be made from its base");
  return *std::move(payload);
}

std::string head_of_value(Codec codec, ObjectType type, std::uint64_t size) {
  std::string head;
  append_number(head, static_cast<std::uint64_t>(codec), 1);
  append_number(head, static_cast<std::uint64_t>(type), 1);
  append_length(head, size);
  return head;
}

std::string head_of_delta(ObjectType type, std::uint64_t size, std::uint64_t base) {
  std::string head = head_of_value(Codec::Delta, type, size);
  append_length(head, base);
  return head;
}

}  // namespace roar
