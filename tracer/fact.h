#pragma once

#include <cstdint>
#include <string_view>

#include "objects/base/file_stamp.h"
#include "tracer/wire.h"

namespace roar::tracer {

// One record of the log, as values (wire.h says what they mean for each kind).
struct Fact {
  wire::Kind kind = wire::Kind::Open;
  std::uint8_t flags = 0;     // wire::RecordFlags
  std::uint32_t touched = 0;  // wire::Touched
  std::int32_t pid = 0;
  std::int32_t parent = 0;
  std::int32_t result = 0;
  std::uint32_t open_flags = 0;
  std::string_view path;  // these two are valid as long as whatever the fact was read from
  std::string_view path2;
  std::uint64_t time_ns = 0;
  wire::Stamp stamp{};
  wire::Stamp before{};

  bool has(wire::RecordFlags flag) const noexcept { return (flags & flag) != 0; }
};

inline FileStamp stamp_of(const wire::Stamp& stamp) noexcept {
  return {.device = stamp.device,
          .inode = stamp.inode,
          .size = stamp.size,
          .modified = {stamp.modified_s, stamp.modified_ns},
          .changed = {stamp.changed_s, stamp.changed_ns}};
}

// Arguments, each with a NUL behind it, as an Arguments fact has them.
constexpr std::string_view kept_arguments(std::string_view text) noexcept {
  if (text.size() <= wire::kArgumentsMax) return text;
  text = text.substr(0, wire::kArgumentsMax);
  while (text.ends_with('\0')) text.remove_suffix(1);
  return text;
}

// What stat(2) said, in the form of the log.
wire::Stamp wire_stamp_of(const struct ::stat& status) noexcept;

}  // namespace roar::tracer
