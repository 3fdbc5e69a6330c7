#include "objects/json_loose.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>

#include "objects/base/error.h"
#include "objects/json_scanner.h"

namespace roar::json {
namespace {

// A number in decimal: digits * 10^exponent, without zeros at either end; no digits for zero.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
};

bool is_key(std::string_view key) noexcept {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !key.empty() && is_letter(key.front()) && std::ranges::all_of(key, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
  });
}

class LooseDecoder : private Scanner {
 public:
  explicit LooseDecoder(std::string_view text)
      : Scanner(text, Errc::Corrupt, "not JSON with a canonical form") {}

  Object document() {
    skip_space();
    expect('{');
    Object object = object_after_brace(1);
    skip_space();
    if (!at_end()) fail("bytes follow the object");
    return object;
  }

 private:
  Value value(int depth) {
    if (++values_ > kValuesMax) fail("too many values");
    switch (peek()) {
      case '"':
        return Value(string());
      case 't':
        word("true");
        return Value(true);
      case 'f':
        word("false");
        return Value(false);
      case 'n':
        word("null");
        fail("null has no canonical form; leave the member out");
      case '{':
      case '[':
        break;
      default:
        return Value(integer());
    }
    if (depth == kDepthMax) fail("nested too deeply");
    if (accept('[')) return Value(array_after_bracket(depth + 1));
    expect('{');
    return Value(object_after_brace(depth + 1));
  }

  Array array_after_bracket(int depth) {
    Array array;
    skip_space();
    if (accept(']')) return array;
    do {
      array.push_back(value(depth));
    } while (next_element(']'));
    return array;
  }

  Object object_after_brace(int depth) {
    Object object;
    skip_space();
    if (accept('}')) return object;
    do {
      std::string key = string();
      if (!is_key(key)) fail("key is not [a-z][a-z0-9_]*");
      if (object.contains(key)) fail("key '" + key + "' is there twice");
      skip_space();
      expect(':');
      skip_space();
      object.emplace(std::move(key), value(depth));
    } while (next_element('}'));
    return object;
  }

  std::int64_t exponent() {
    const bool negative = accept('-');
    if (!negative) accept('+');
    // Far more than there can be digits in a text.
    constexpr std::int64_t kExponentMost = 1'000'000'000;
    std::int64_t number = 0;
    for (const char c : digits()) number = std::min(number * 10 + (c - '0'), kExponentMost);
    return negative ? -number : number;
  }

  Decimal decimal() {
    Decimal number;
    number.negative = accept('-');
    const std::string_view whole = digits();
    if (whole.size() > 1 && whole.front() == '0') fail("number has a superfluous zero");
    number.digits = whole;
    if (accept('.')) {
      const std::string_view fraction = digits();
      number.digits += fraction;
      number.exponent -= static_cast<std::int64_t>(fraction.size());
    }
    if (accept('e') || accept('E')) number.exponent += exponent();
    const std::size_t last = number.digits.find_last_not_of('0');
    if (last == std::string::npos) return {};
    number.exponent += static_cast<std::int64_t>(number.digits.size() - last - 1);
    number.digits.resize(last + 1);
    number.digits.erase(0, number.digits.find_first_not_of('0'));
    return number;
  }

  std::int64_t integer() {
    Decimal number = decimal();
    if (number.digits.empty()) return 0;
    constexpr std::int64_t kDigitsMost = 16;
    if (number.exponent < 0) fail("number is not an integer; write it as a string");
    if (static_cast<std::int64_t>(number.digits.size()) > kDigitsMost ||
        static_cast<std::int64_t>(number.digits.size()) + number.exponent > kDigitsMost)
      fail("number is too large");
    number.digits.append(static_cast<std::size_t>(number.exponent), '0');
    std::int64_t result = 0;
    std::from_chars(number.digits.data(), number.digits.data() + number.digits.size(), result);
    if (result > kIntegerMax) fail("number is too large");
    return number.negative ? -result : result;
  }

  std::size_t values_ = 0;
};

}  // namespace

Object decode_loose(std::string_view text) {
  if (text.size() > kBytesMax) throw Error(Errc::Corrupt, "JSON text is too large");
  return LooseDecoder(text).document();
}

}  // namespace roar::json
