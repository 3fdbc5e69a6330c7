#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/base/timestamp.h"
#include "objects/json.h"
#include "objects/object_id.h"

// Reading and writing the fields of payloads. One meaning has one spelling: what is empty, zero or
// false and may be absent, is absent. Reading refuses the other spelling; unknown keys are left
// alone.

namespace roar {

// One JSON object that is part of a payload. Refers to it; throws Errc::Corrupt for everything
// that is not as the caller says.
class Fields {
 public:
  // `what` names the object in messages; it must outlive this.
  Fields(const json::Object& object, std::string_view what) noexcept
      : object_(&object), what_(what) {}

  bool has(std::string_view key) const { return object_->contains(key); }

  // These must be there.
  const std::string& string(std::string_view key) const;
  std::string bytes(std::string_view key) const;
  std::uint64_t number(std::string_view key) const;  // not negative
  bool boolean(std::string_view key) const;
  ObjectId id(std::string_view key) const;
  Timestamp timestamp(std::string_view key) const;  // [seconds, nanoseconds]
  const json::Object& object(std::string_view key) const;
  const json::Array& array(std::string_view key) const;  // may be empty

  // These may be absent, and are then empty, zero or false.
  const std::string& optional_string(std::string_view key) const;
  std::string optional_bytes(std::string_view key) const;
  std::uint64_t optional_number(std::string_view key) const;
  bool flag(std::string_view key) const;
  std::optional<ObjectId> optional_id(std::string_view key) const;
  const json::Object* optional_object(std::string_view key) const;  // null
  const json::Array* optional_array(std::string_view key) const;    // null

  [[noreturn]] void fail(std::string_view key, std::string_view problem) const;

 private:
  const json::Value* find(std::string_view key) const;
  const json::Value& require(std::string_view key) const;

  const json::Object* object_;
  std::string_view what_;
};

// The top-level object of a payload. Throws Errc::Unsupported if its version is higher than 1.
json::Object decode_versioned(std::string_view payload, ObjectType type);

bool is_lower_hex(std::string_view text, std::size_t length) noexcept;

// The same, when writing: nothing is put if the value is empty, zero or false.
json::Value json_of(Timestamp time);
json::Value json_of(const ObjectId& id);
void put_optional(json::Object& object, std::string_view key, std::string_view bytes);
void put_optional(json::Object& object, std::string_view key, std::uint64_t number);
void put_optional(json::Object& object, std::string_view key, const std::optional<ObjectId>& id);
void put_flag(json::Object& object, std::string_view key, bool value);

}  // namespace roar
