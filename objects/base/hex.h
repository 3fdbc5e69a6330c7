#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace roar {

// Lower-case hexadecimal, two digits a byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

// Nullopt if `text` has an odd length or anything but hexadecimal digits; upper case is accepted.
std::optional<std::string> bytes_from_hex(std::string_view text);

// Whether `text` is non-empty and consists of hexadecimal digits only.
bool is_hex(std::string_view text) noexcept;

}  // namespace roar
