#include "plumbing/printable.h"

#include <cstdint>

namespace roar::plumbing {

std::string printable(std::string_view message) {
  std::string text;
  for (const char c : message) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool is_control = (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    if (!is_control) {
      text += c;
      continue;
    }
    text += '\\';
    for (unsigned shift = 6; shift < 9; shift -= 3)
      text += static_cast<char>('0' + (byte >> shift & 7U));
  }
  return text;
}

}  // namespace roar::plumbing
