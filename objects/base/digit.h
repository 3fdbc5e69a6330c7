#pragma once

namespace roar {

// Of ASCII, whatever the locale.
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace roar
