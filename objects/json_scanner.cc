#include "objects/json_scanner.h"

#include <charconv>

#include "objects/base/digit.h"
#include "objects/base/utf8.h"

namespace roar::json {
namespace {

bool is_plain(char c) noexcept {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
  const auto rest = [&](unsigned shift) { byte(0x80U | ((point >> shift) & 0x3fU)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0U | (point >> 6U));
    rest(0);
  } else if (point < 0x10000) {
    byte(0xe0U | (point >> 12U));
    rest(6);
    rest(0);
  } else {
    byte(0xf0U | (point >> 18U));
    rest(12);
    rest(6);
    rest(0);
  }
}

}  // namespace

void Scanner::fail(std::string_view what) const {
  throw Error(kind_, std::string(complaint_) + " at byte " + std::to_string(position_) + ": " +
                         std::string(what));
}

char Scanner::peek() const {
  if (at_end()) fail("text ends too early");
  return text_[position_];
}

void Scanner::expect(char c) {
  if (peek() != c) fail(std::string("expected '") + c + "'");
  ++position_;
}

void Scanner::skip_space() {
  constexpr std::string_view kSpace = " \t\n\r";
  while (!at_end() && kSpace.find(text_[position_]) != std::string_view::npos) ++position_;
}

bool Scanner::next_element(char end) {
  skip_space();
  if (accept(',')) {
    skip_space();
    return true;
  }
  expect(end);
  return false;
}

void Scanner::word(std::string_view expected) {
  if (!text_.substr(position_).starts_with(expected)) fail("unknown word");
  position_ += expected.size();
}

std::string_view Scanner::digits() {
  const std::size_t start = position_;
  while (!at_end() && is_digit(text_[position_])) ++position_;
  if (position_ == start) fail("expected a value");
  return text_.substr(start, position_ - start);
}

std::string Scanner::string() {
  expect('"');
  std::string result;
  for (;;) {
    const std::size_t start = position_;
    while (!at_end() && is_plain(text_[position_])) ++position_;
    const std::string_view run = text_.substr(start, position_ - start);
    if (!is_utf8(run)) fail("string is not UTF-8");
    result += run;
    if (accept('"')) return result;
    if (peek() != '\\') fail("control character is not escaped");
    ++position_;
    append_escaped(result);
  }
}

void Scanner::append_escaped(std::string& out) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const char c = peek();
  ++position_;
  if (c == 'u') {
    append_utf8(out, escaped_point());
    return;
  }
  const std::size_t which = kLetters.find(c);
  if (which == std::string_view::npos) fail("unknown escape");
  out += kMeanings[which];
}

std::uint32_t Scanner::unit() {
  constexpr std::size_t kDigits = 4;
  constexpr int kHexadecimal = 16;
  const std::string_view text = text_.substr(position_, kDigits);
  std::uint32_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, kHexadecimal);
  if (text.size() != kDigits || error != std::errc() || end != text.data() + kDigits)
    fail("escape has no four hexadecimal digits");
  position_ += kDigits;
  return number;
}

// After \u: one unit of UTF-16, or a pair of them.
std::uint32_t Scanner::escaped_point() {
  constexpr std::uint32_t kHigh = 0xd800;
  constexpr std::uint32_t kLow = 0xdc00;
  constexpr std::uint32_t kBehind = 0xe000;
  const std::uint32_t first = unit();
  if (first < kHigh || first >= kBehind) return first;
  if (first >= kLow || !text_.substr(position_).starts_with("\\u"))
    fail("half of a surrogate pair");
  position_ += 2;
  const std::uint32_t second = unit();
  if (second < kLow || second >= kBehind) fail("half of a surrogate pair");
  return 0x10000 + ((first - kHigh) << 10U) + (second - kLow);
}

}  // namespace roar::json
