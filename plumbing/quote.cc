#include "plumbing/quote.h"

#include <algorithm>
#include <cstdint>

#include "objects/base/utf8.h"

namespace roar::plumbing {
namespace {

bool is_control(char c) noexcept {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_plain(char c) noexcept {
  constexpr std::string_view kSafe = "_-./:=@%+,^";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kSafe.find(c) != std::string_view::npos;
}

// C escapes for what a line of text cannot hold; bytes above 0x7f only where the text is not UTF-8.
std::string escaped(std::string_view text, std::string_view quotes) {
  const bool utf8 = is_utf8(text);
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (c == '\\' || quotes.find(c) != std::string_view::npos) {
      result += '\\';
      result += c;
    } else if (is_control(c) || (byte >= 0x80 && !utf8)) {
      result += '\\';
      for (int shift = 6; shift >= 0; shift -= 3) {
        result += static_cast<char>('0' + (byte >> static_cast<unsigned>(shift) & 7U));
      }
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string quoted_for_shell(std::string_view word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return std::string(word);
  if (!is_utf8(word) || std::ranges::any_of(word, is_control)) {
    return "$'" + escaped(word, "'") + "'";
  }
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string quoted_for_shell(std::span<const std::string> words) {
  std::string result;
  for (const std::string& word : words) {
    if (!result.empty()) result += ' ';
    result += quoted_for_shell(word);
  }
  return result;
}

std::string quoted_path(std::string_view path) {
  const bool plain = is_utf8(path) && std::ranges::none_of(path, [](char c) {
                       return is_control(c) || c == '"' || c == '\\';
                     });
  return plain ? std::string(path) : "\"" + escaped(path, "\"") + "\"";
}

std::string quoted_subject(std::string_view name) {
  std::string quoted = quoted_path(name);
  return quoted == name ? "'" + quoted + "'" : quoted;
}

}  // namespace roar::plumbing
