#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace roar {

// The name of an object: BLAKE3-256 over "<type> SP <payload length> NUL" and the payload.
class ObjectId {
 public:
  static constexpr std::size_t kSize = 32;

  ObjectId() = default;  // all zero: names no object
  explicit ObjectId(const std::array<std::uint8_t, kSize>& bytes) noexcept : bytes_(bytes) {}

  // Nullopt unless `text` is 64 lower-case hexadecimal digits.
  static std::optional<ObjectId> from_hex(std::string_view text);
  // `bytes` must be 32 bytes long.
  static ObjectId from_bytes(std::string_view bytes);

  std::string hex() const;
  std::string_view bytes() const noexcept;
  bool is_zero() const noexcept { return *this == ObjectId(); }

  auto operator<=>(const ObjectId&) const = default;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

enum class ObjectType : std::uint8_t {
  Artifact = 1,
  Blob = 2,
  Digest = 3,
  Environment = 4,
  Job = 5,
  Node = 6,
  Packages = 7,
  Session = 8,
  Label = 9,
  Processes = 10,
  Composite = 11,
};

// The type's name as it stands in object ids and on command lines, such as "artifact".
std::string_view type_name(ObjectType type) noexcept;
std::optional<ObjectType> type_from_name(std::string_view name) noexcept;

// The id that a payload of this type has. Does not look at what the payload says.
ObjectId object_id_of(ObjectType type, std::string_view payload);

}  // namespace roar

template <>
struct std::hash<roar::ObjectId> {
  std::size_t operator()(const roar::ObjectId& id) const noexcept;
};
