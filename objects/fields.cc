#include "objects/fields.h"

#include <algorithm>

#include "objects/base/error.h"

namespace roar {
namespace {

constexpr std::int64_t kVersion = 1;
const std::string kEmpty;

}  // namespace

void Fields::fail(std::string_view key, std::string_view problem) const {
  throw Error(Errc::Corrupt,
              std::string(what_) + ": '" + std::string(key) + "' " + std::string(problem));
}

const json::Value* Fields::find(std::string_view key) const {
  const auto found = object_->find(key);
  return found == object_->end() ? nullptr : &found->second;
}

const json::Value& Fields::require(std::string_view key) const {
  const json::Value* value = find(key);
  if (value == nullptr) fail(key, "is missing");
  return *value;
}

const std::string& Fields::string(std::string_view key) const {
  const std::string* text = require(key).string();
  if (text == nullptr) fail(key, "is not a string");
  return *text;
}

std::string Fields::bytes(std::string_view key) const {
  if (!has(key) && !has(std::string(key) + "_b64")) fail(key, "is missing");
  return json::take_bytes(*object_, key);
}

std::uint64_t Fields::number(std::string_view key) const {
  const std::int64_t* integer = require(key).integer();
  if (integer == nullptr || *integer < 0) fail(key, "is not a number");
  return static_cast<std::uint64_t>(*integer);
}

bool Fields::boolean(std::string_view key) const {
  const bool* value = require(key).boolean();
  if (value == nullptr) fail(key, "is not a truth value");
  return *value;
}

ObjectId Fields::id(std::string_view key) const {
  const std::optional<ObjectId> id = ObjectId::from_hex(string(key));
  if (!id) fail(key, "is not an object id");
  return *id;
}

Timestamp Fields::timestamp(std::string_view key) const {
  const json::Array& parts = array(key);
  constexpr std::int64_t kNanosecondsMax = 999'999'999;
  if (parts.size() != 2 || parts[0].integer() == nullptr || parts[1].integer() == nullptr ||
      *parts[1].integer() < 0 || *parts[1].integer() > kNanosecondsMax)
    fail(key, "is not a time");
  return {*parts[0].integer(), static_cast<std::uint32_t>(*parts[1].integer())};
}

const json::Object& Fields::object(std::string_view key) const {
  const json::Object* value = require(key).object();
  if (value == nullptr) fail(key, "is not an object");
  return *value;
}

const json::Array& Fields::array(std::string_view key) const {
  const json::Array* value = require(key).array();
  if (value == nullptr) fail(key, "is not a list");
  return *value;
}

const std::string& Fields::optional_string(std::string_view key) const {
  if (!has(key)) return kEmpty;
  const std::string& text = string(key);
  if (text.empty()) fail(key, "is empty and must be absent");
  return text;
}

std::string Fields::optional_bytes(std::string_view key) const {
  if (!has(key) && !has(std::string(key) + "_b64")) return {};
  std::string bytes = json::take_bytes(*object_, key);
  if (bytes.empty()) fail(key, "is empty and must be absent");
  return bytes;
}

std::uint64_t Fields::optional_number(std::string_view key) const {
  if (!has(key)) return 0;
  const std::uint64_t value = number(key);
  if (value == 0) fail(key, "is zero and must be absent");
  return value;
}

bool Fields::flag(std::string_view key) const {
  if (!has(key)) return false;
  if (!boolean(key)) fail(key, "is false and must be absent");
  return true;
}

std::optional<ObjectId> Fields::optional_id(std::string_view key) const {
  if (!has(key)) return std::nullopt;
  return id(key);
}

const json::Object* Fields::optional_object(std::string_view key) const {
  return has(key) ? &object(key) : nullptr;
}

const json::Array* Fields::optional_array(std::string_view key) const {
  if (!has(key)) return nullptr;
  const json::Array& value = array(key);
  if (value.empty()) fail(key, "is empty and must be absent");
  return &value;
}

json::Object decode_versioned(std::string_view payload, ObjectType type) {
  json::Object object = json::decode(payload);
  const Fields fields(object, type_name(type));
  const std::uint64_t version = fields.number("v");
  if (version == 0) fields.fail("v", "is zero");
  if (version > kVersion)
    throw Error(Errc::Unsupported, std::string(type_name(type)) + " object has version " +
                                       std::to_string(version) + "; this roar knows version 1");
  return object;
}

bool is_lower_hex(std::string_view text, std::size_t length) noexcept {
  return text.size() == length && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

json::Value json_of(Timestamp time) {
  return json::Array{json::Value(time.seconds), json::Value(std::int64_t{time.nanoseconds})};
}

json::Value json_of(const ObjectId& id) {
  return json::Value(id.hex());
}

void put_optional(json::Object& object, std::string_view key, std::string_view bytes) {
  if (!bytes.empty()) json::put_bytes(object, key, bytes);
}

void put_optional(json::Object& object, std::string_view key, std::uint64_t number) {
  if (number != 0) object.emplace(key, number);
}

void put_optional(json::Object& object, std::string_view key, const std::optional<ObjectId>& id) {
  if (id) object.emplace(key, json_of(*id));
}

void put_flag(json::Object& object, std::string_view key, bool value) {
  if (value) object.emplace(key, true);
}

}  // namespace roar
