#include "objects/object_id.h"

#include <algorithm>
#include <cstring>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"

namespace roar {
namespace {

constexpr std::array<std::string_view, 12> kTypeNames = {
    "",     "artifact", "blob",    "digest", "environment", "job",
    "node", "packages", "session", "label",  "processes",   "composite"};

// What each lower-case hexadecimal digit stands for; kNoDigit for other characters. A table,
// because digits and letters come in no order that a processor could foresee.
constexpr unsigned kNoDigit = 0x80;
constexpr std::array<std::uint8_t, 256> kDigitValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) values[std::size_t{'0'} + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i)
    values[std::size_t{'a'} + i] = static_cast<std::uint8_t>(10 + i);
  return values;
}();

unsigned digit_of(char c) noexcept {
  return kDigitValues[static_cast<unsigned char>(c)];
}

}  // namespace

std::optional<ObjectId> ObjectId::from_hex(std::string_view text) {
  if (text.size() != 2 * kSize) return std::nullopt;
  // Without a string in between: this is done for every line of a long list.
  ObjectId id;
  unsigned all = 0;
  for (std::size_t i = 0; i < kSize; ++i) {
    const unsigned high = digit_of(text[2 * i]);
    const unsigned low = digit_of(text[2 * i + 1]);
    all |= high | low;
    id.bytes_[i] = static_cast<std::uint8_t>(high << 4U | low);
  }
  if ((all & kNoDigit) != 0) return std::nullopt;
  return id;
}

ObjectId ObjectId::from_bytes(std::string_view bytes) {
  ROAR_ASSERT(bytes.size() == kSize);
  ObjectId id;
  std::memcpy(id.bytes_.data(), bytes.data(), kSize);
  return id;
}

std::string ObjectId::hex() const {
  return to_hex(bytes_);
}

std::string_view ObjectId::bytes() const noexcept {
  return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
}

std::string_view type_name(ObjectType type) noexcept {
  return kTypeNames[static_cast<std::size_t>(type)];
}

std::optional<ObjectType> type_from_name(std::string_view name) noexcept {
  const auto found = std::find(kTypeNames.begin() + 1, kTypeNames.end(), name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<ObjectType>(found - kTypeNames.begin());
}

ObjectId object_id_of(ObjectType type, std::string_view payload) {
  std::string frame(type_name(type));
  frame += ' ';
  frame += std::to_string(payload.size());
  frame += '\0';
  // Most objects are small: one call of the library is cheaper than two.
  constexpr std::size_t kSmall = 4096;
  if (payload.size() <= kSmall) {
    frame += payload;
    return ObjectId(blake3_of(frame));
  }
  Blake3 hasher;
  hasher.update(frame);
  hasher.update(payload);
  return ObjectId(hasher.finish());
}

}  // namespace roar

std::size_t std::hash<roar::ObjectId>::operator()(const roar::ObjectId& id) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, id.bytes().data(), sizeof value);
  return value;
}
