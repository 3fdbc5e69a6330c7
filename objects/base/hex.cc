#include "objects/base/hex.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace roar {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    const auto value = static_cast<std::int8_t>(i);
    const auto digit = static_cast<unsigned char>(kDigits[i]);
    values[digit] = value;
    if (digit >= 'a') values[digit - 'a' + 'A'] = value;
  }
  return values;
}();

// -1 if `digit` is not hexadecimal.
constexpr int value_of(char digit) noexcept {
  return kValues[static_cast<unsigned char>(digit)];
}

}  // namespace

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text(bytes.size() * 2, '\0');
  char* digit = text.data();
  for (const std::uint8_t byte : bytes) {
    *digit++ = kDigits[byte >> 4U];
    *digit++ = kDigits[byte & 15U];
  }
  return text;
}

std::optional<std::string> bytes_from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes(text.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = value_of(text[2 * i]);
    const int low = value_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<char>(high * 16 + low);
  }
  return bytes;
}

bool is_hex(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return value_of(c) >= 0; });
}

}  // namespace roar
