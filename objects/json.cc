#include "objects/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "objects/base/base64.h"
#include "objects/base/error.h"
#include "objects/base/utf8.h"

namespace roar::json {
namespace {

bool is_key(std::string_view key) noexcept {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !key.empty() && is_letter(key.front()) && std::ranges::all_of(key, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
  });
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      out += {'\\', c};
      break;
    case '\b':
      out += "\\b";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
  }
}

void append_value(std::string& out, const Value& value, int depth);

void append_integer(std::string& out, std::int64_t value) {
  if (value > kIntegerMax || value < -kIntegerMax)
    throw Error(Errc::Usage, "integer " + std::to_string(value) + " is too large for JSON");
  std::array<char, 24> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end);
}

void append_array(std::string& out, const Array& array, int depth) {
  out += '[';
  for (const Value& element : array) {
    if (&element != array.data()) out += ',';
    append_value(out, element, depth);
  }
  out += ']';
}

void append_object(std::string& out, const Object& object, int depth) {
  out += '{';
  bool first = true;
  for (const auto& [key, element] : object) {
    if (!is_key(key)) throw Error(Errc::Usage, "'" + key + "' is not a key for canonical JSON");
    if (!first) out += ',';
    first = false;
    out += '"';
    out += key;
    out += "\":";
    append_value(out, element, depth);
  }
  out += '}';
}

void append_value(std::string& out, const Value& value, int depth) {
  if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const std::int64_t* integer = value.integer()) {
    append_integer(out, *integer);
  } else if (const std::string* string = value.string()) {
    append_string(out, *string);
  } else {
    if (depth == kDepthMax) throw Error(Errc::Usage, "value is nested too deeply for JSON");
    if (const Array* array = value.array()) {
      append_array(out, *array, depth + 1);
    } else {
      append_object(out, *value.object(), depth + 1);
    }
  }
}

std::string base64_field(const Value& value) {
  const std::string* text = value.string();
  std::optional<std::string> bytes;
  if (text != nullptr) bytes = bytes_from_base64(*text);
  if (!bytes || is_utf8(*bytes))
    throw Error(Errc::Corrupt, "base64 text is not the one form of bytes that are not UTF-8");
  return *std::move(bytes);
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  if (!is_utf8(text)) throw Error(Errc::Usage, "string is not UTF-8 and has no JSON form");
  out += '"';
  std::size_t plain = 0;  // start of the bytes not yet copied
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(plain, i - plain));
    append_escape(out, c);
    plain = i + 1;
  }
  out.append(text.substr(plain));
  out += '"';
}

std::string encode(const Value& value) {
  std::string out;
  append_value(out, value, 0);
  return out;
}

void put_bytes(Object& object, std::string_view name, std::string_view bytes) {
  if (is_utf8(bytes)) {
    object.insert_or_assign(std::string(name), Value(bytes));
  } else {
    object.insert_or_assign(std::string(name) + "_b64", Value(to_base64(bytes)));
  }
}

std::string take_bytes(const Object& object, std::string_view name) {
  const auto plain = object.find(name);
  const auto encoded = object.find(std::string(name) + "_b64");
  if ((plain == object.end()) == (encoded == object.end()))
    throw Error(Errc::Corrupt,
                "exactly one of '" + std::string(name) + "' and its base64 form must be there");
  if (encoded != object.end()) return base64_field(encoded->second);
  if (const std::string* text = plain->second.string()) return *text;
  throw Error(Errc::Corrupt, "'" + std::string(name) + "' is not a string");
}

Value bytes_value(std::string_view bytes) {
  if (is_utf8(bytes)) return Value(bytes);
  return Value(Object{{"b64", Value(to_base64(bytes))}});
}

std::string bytes_of(const Value& value) {
  if (const std::string* text = value.string()) return *text;
  const Object* object = value.object();
  if (object == nullptr || object->size() != 1 || !object->contains("b64"))
    throw Error(Errc::Corrupt, "value is neither a string nor bytes in base64");
  return base64_field(object->begin()->second);
}

}  // namespace roar::json
