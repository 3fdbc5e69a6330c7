// Writes documents in canonical form. They come on standard input one a line, in a notation that
// needs no JSON: T and F; iNUMBER; and sHEX, a string; (...) is a list, {...} an object, with keys
// in hexadecimal before its values. What stands between brackets is separated by spaces. With the
// argument "loose" they come as any JSON instead. Says so and fails if what it wrote is not read
// back as the same.

#include <charconv>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/json.h"
#include "objects/json_loose.h"

namespace {

using roar::json::Value;

class Notation {
 public:
  explicit Notation(std::string_view text) : rest_(text) {}

  Value value() {
    const std::string_view word = next();
    if (word == "T") return true;
    if (word == "F") return false;
    if (word == "(") return list();
    if (word == "{") return object();
    if (word.starts_with('s')) return text(word.substr(1));
    std::int64_t number = 0;
    std::from_chars(word.data() + 1, word.data() + word.size(), number);
    return number;
  }

 private:
  std::string_view next() {
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(rest_.size(), word.size() + 1));
    return word;
  }
  static std::string text(std::string_view hex) { return roar::bytes_from_hex(hex).value(); }

  Value list() {
    roar::json::Array array;
    while (!rest_.starts_with(')')) array.push_back(value());
    next();
    return array;
  }
  Value object() {
    roar::json::Object object;
    while (!rest_.starts_with('}')) {
      std::string key = text(next());
      object.emplace(std::move(key), value());
    }
    next();
    return object;
  }

  std::string_view rest_;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    const bool loose = argc > 1 && std::string_view(argv[1]) == "loose";
    for (std::string line; std::getline(std::cin, line);) {
      const Value document = loose ? Value(roar::json::decode_loose(line)) : Notation(line).value();
      const std::string text = roar::json::encode(*document.object());
      if (roar::json::encode(roar::json::decode(text)) != text)
        throw roar::Error(roar::Errc::Corrupt, "not read back: " + text);
      std::cout << text << '\n';
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
