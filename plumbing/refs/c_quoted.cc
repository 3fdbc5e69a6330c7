#include "plumbing/refs/c_quoted.h"

#include <algorithm>

#include "objects/base/error.h"

namespace roar::plumbing {
namespace {

[[noreturn]] void fail_quoting(std::string_view line) {
  throw Error(Errc::Usage, "badly quoted: '" + std::string(line) + "'");
}

bool is_octal(char c) noexcept {
  return c >= '0' && c <= '7';
}

// The byte that an escape stands for; takes it off the front, after the backslash.
char take_escape(std::string_view& rest, std::string_view line) {
  constexpr std::string_view kLetters = "abfnrtv\"\\";
  constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\"\\";
  if (rest.empty()) fail_quoting(line);
  if (const std::size_t at = kLetters.find(rest.front()); at != std::string_view::npos) {
    rest.remove_prefix(1);
    return kBytes[at];
  }
  constexpr std::size_t kDigits = 3;
  if (rest.size() < kDigits || rest.front() > '3' ||
      !std::ranges::all_of(rest.substr(0, kDigits), is_octal))
    fail_quoting(line);
  int byte = 0;
  for (std::size_t i = 0; i < kDigits; ++i) byte = byte * 8 + (rest[i] - '0');
  rest.remove_prefix(kDigits);
  return static_cast<char>(byte);
}

}  // namespace

std::string take_c_quoted(std::string_view& line) {
  if (!line.starts_with('"')) {
    std::string word(line.substr(0, line.find(' ')));
    line.remove_prefix(word.size());
    return word;
  }
  std::string word;
  std::string_view rest = line.substr(1);
  for (;;) {
    if (rest.empty()) fail_quoting(line);
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"') break;
    word += c == '\\' ? take_escape(rest, line) : c;
  }
  line = rest;
  return word;
}

}  // namespace roar::plumbing
