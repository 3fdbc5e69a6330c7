#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace roar {

// What a path is to the user. The table that decides is tracer/path_class.cc.
enum class PathClass : std::uint8_t {
  Data = 1,
  Code = 2,
  Package = 3,
  System = 4,
  Cache = 5,
  Temporary = 6,
  Credential = 7,
  Internal = 8,  // roar's and git's own files
};

std::string_view class_name(PathClass path_class) noexcept;  // "data", ..., "internal"
std::optional<PathClass> class_from_name(std::string_view name) noexcept;

}  // namespace roar
