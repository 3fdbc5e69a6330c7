#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// Canonical JSON: the one encoding of object payloads and of everything that --json prints.
// The rules are docs/formats/canonical-json.md. Every value has exactly one byte string.

namespace roar::json {

class Value;
using Array = std::vector<Value>;
// Keys are ASCII [a-z][a-z0-9_]*.
using Object = std::map<std::string, Value, std::less<>>;

inline constexpr std::int64_t kIntegerMax = 9'007'199'254'740'991;  // 2^53 - 1
inline constexpr int kDepthMax = 64;
// Limits of what decode accepts: a small text must not become a large tree.
inline constexpr std::size_t kBytesMax = std::size_t{16} << 20;
inline constexpr std::size_t kValuesMax = std::size_t{1} << 20;

// A JSON value without null and without floating point: absence is a missing key, and numbers that
// are not integers are strings with a documented spelling.
class Value {
 public:
  using Variant = std::variant<bool, std::int64_t, std::string, Array, Object>;

  // NOLINTBEGIN(google-explicit-constructor): values are written as literals
  Value() : value_(Object()) {}
  Value(bool value) : value_(value) {}
  Value(std::int64_t value) : value_(value) {}
  // What does not fit becomes a number that encode refuses.
  Value(std::uint64_t value)
      : value_(value > std::uint64_t{kIntegerMax} ? std::numeric_limits<std::int64_t>::max()
                                                  : static_cast<std::int64_t>(value)) {}
  Value(int value) : value_(std::int64_t{value}) {}
  Value(std::uint32_t value) : value_(std::int64_t{value}) {}
  Value(std::string value) : value_(std::move(value)) {}
  Value(std::string_view value) : value_(std::string(value)) {}
  Value(const char* value) : value_(std::string(value)) {}
  Value(Array value) : value_(std::move(value)) {}
  Value(Object value) : value_(std::move(value)) {}
  // NOLINTEND(google-explicit-constructor)

  const Variant& variant() const noexcept { return value_; }

  // Typed access. Null if the value is of another kind.
  const bool* boolean() const noexcept { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const noexcept { return std::get_if<std::int64_t>(&value_); }
  const std::string* string() const noexcept { return std::get_if<std::string>(&value_); }
  const Array* array() const noexcept { return std::get_if<Array>(&value_); }
  const Object* object() const noexcept { return std::get_if<Object>(&value_); }

  bool operator==(const Value&) const = default;

 private:
  Variant value_;
};

// The canonical bytes. Throws Errc::Usage for what has none: a string that is not UTF-8, an integer
// beyond kIntegerMax, a key outside the allowed form, nesting deeper than kDepthMax.
std::string encode(const Value& value);

// Appends the canonical form of a string, quotes included. Throws Errc::Usage if it is not UTF-8.
void append_string(std::string& out, std::string_view text);

// The object that `bytes` is the canonical form of. Throws Errc::Corrupt for every other byte
// string: other spacing, order, escapes or number forms, duplicate keys, trailing bytes, a
// top-level value that is not an object, more than kBytesMax bytes or kValuesMax values.
Object decode(std::string_view bytes);

// Paths and other byte strings that need not be UTF-8: stored under `name` if they are, else in
// base64 under `name` + "_b64".
void put_bytes(Object& object, std::string_view name, std::string_view bytes);
// Reads what put_bytes wrote. Throws Errc::Corrupt if neither or both keys are there, or if the
// base64 form holds bytes that are UTF-8.
std::string take_bytes(const Object& object, std::string_view name);

// The same for elements of an array: a string, or {"b64": "..."}.
Value bytes_value(std::string_view bytes);
std::string bytes_of(const Value& value);

}  // namespace roar::json
