#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace roar::plumbing {

// How old something must be: "now" (0), "never" (no age at all), "90min", "36h", "14d", "2w", or as
// in git "2.weeks.ago".
struct Age {
  std::optional<std::chrono::seconds> least;  // nullopt: never
};

// Nullopt for anything else.
std::optional<Age> parse_age(std::string_view text);

}  // namespace roar::plumbing
