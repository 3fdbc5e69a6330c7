#include <charconv>

#include "objects/base/error.h"
#include "objects/base/utf8.h"
#include "objects/json.h"

// The decoder accepts the canonical form and nothing else, by construction: at each point of the
// text there is one way to go on, and keys must rise strictly. So nothing has to be encoded again
// to compare.

namespace roar::json {
namespace {

class Decoder {
 public:
  explicit Decoder(std::string_view text) : text_(text) {}

  Object document() {
    expect('{');
    Object object = object_after_brace(1);
    if (position_ != text_.size()) fail("bytes follow the object");
    return object;
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error(Errc::Corrupt, "not canonical JSON at byte " + std::to_string(position_) + ": " +
                                   std::string(what));
  }

  char peek() const {
    if (position_ == text_.size()) fail("text ends too early");
    return text_[position_];
  }

  void expect(char c) {
    if (peek() != c) fail(std::string("expected '") + c + "'");
    ++position_;
  }

  bool accept(char c) {
    if (peek() != c) return false;
    ++position_;
    return true;
  }

  void expect_word(std::string_view word) {
    if (text_.substr(position_, word.size()) != word) fail("unknown word");
    position_ += word.size();
  }

  Value value(int depth) {
    if (++values_ > kValuesMax) fail("too many values");
    switch (peek()) {
      case '"':
        return Value(string());
      case 't':
        expect_word("true");
        return Value(true);
      case 'f':
        expect_word("false");
        return Value(false);
      case '{':
      case '[':
        break;
      default:
        return Value(integer());
    }
    if (depth == kDepthMax) fail("nested too deeply");
    if (text_[position_++] == '[') return Value(array_after_bracket(depth + 1));
    return Value(object_after_brace(depth + 1));
  }

  Array array_after_bracket(int depth) {
    Array array;
    if (accept(']')) return array;
    do {
      array.push_back(value(depth));
    } while (accept(','));
    expect(']');
    return array;
  }

  Object object_after_brace(int depth) {
    Object object;
    if (accept('}')) return object;
    do {
      std::string name = key();
      if (!object.empty() && name <= object.rbegin()->first) fail("keys are not in order");
      expect(':');
      object.emplace_hint(object.end(), std::move(name), value(depth));
    } while (accept(','));
    expect('}');
    return object;
  }

  std::string key() {
    expect('"');
    const std::size_t start = position_;
    while (peek() != '"') {
      const char c = text_[position_];
      const bool letter = c >= 'a' && c <= 'z';
      const bool other = (c >= '0' && c <= '9') || c == '_';
      if (!letter && (!other || position_ == start)) fail("key is not [a-z][a-z0-9_]*");
      ++position_;
    }
    if (position_ == start) fail("key is empty");
    return std::string(text_.substr(start, position_++ - start));
  }

  std::int64_t integer() {
    const std::size_t start = position_;
    const bool negative = accept('-');
    const std::size_t digits = position_;
    while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9')
      ++position_;
    const std::size_t count = position_ - digits;
    if (count == 0) fail("expected a value");
    if (text_[digits] == '0' && (count > 1 || negative)) fail("number has a superfluous zero");
    if (count > 16) fail("number is too large");
    std::int64_t result = 0;
    std::from_chars(text_.data() + start, text_.data() + position_, result);
    if (result > kIntegerMax || result < -kIntegerMax) fail("number is too large");
    return result;
  }

  std::string string() {
    expect('"');
    std::string result;
    for (;;) {
      const std::size_t start = position_;
      while (position_ < text_.size() && is_plain(text_[position_])) ++position_;
      const std::string_view run = text_.substr(start, position_ - start);
      if (!is_utf8(run)) fail("string is not UTF-8");
      result += run;
      if (accept('"')) return result;
      if (!accept('\\')) fail("control character is not escaped");
      result += escaped();
    }
  }

  static bool is_plain(char c) noexcept {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
  }

  char escaped() {
    const char c = peek();
    ++position_;
    switch (c) {
      case '"':
      case '\\':
        return c;
      case 'b':
        return '\b';
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'f':
        return '\f';
      case 'r':
        return '\r';
      case 'u':
        return escaped_by_number();
      default:
        fail("unknown or superfluous escape");
    }
  }

  // \u00xx, for the control characters that have no letter.
  char escaped_by_number() {
    expect('0');
    expect('0');
    const char high = peek();
    if (high != '0' && high != '1') fail("escape is superfluous");
    ++position_;
    const char low = peek();
    ++position_;
    int number = high == '1' ? 16 : 0;
    if (low >= '0' && low <= '9') {
      number += low - '0';
    } else if (low >= 'a' && low <= 'f') {
      number += low - 'a' + 10;
    } else {
      fail("escape is not in lower-case hexadecimal");
    }
    const char c = static_cast<char>(number);
    if (c == '\b' || c == '\t' || c == '\n' || c == '\f' || c == '\r') fail("escape has a letter");
    return c;
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

Object decode(std::string_view bytes) {
  if (bytes.size() > kBytesMax) throw Error(Errc::Corrupt, "JSON text is too large");
  return Decoder(bytes).document();
}

}  // namespace roar::json
