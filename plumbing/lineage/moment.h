#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "objects/base/timestamp.h"

namespace roar::plumbing {

// A point in time as people write it:
//
//   2026-01-31, 2026-01-31T12:30, 2026-01-31 12:30:05, each with Z or +01:00 behind it or not
//   @1769862605                  seconds since 1970
//   now, today, yesterday        today: its first moment; yesterday: 24 hours ago
//   3 days ago, 3.days.ago       second, minute, hour, day, week, month (30 days), year (365 days)
//
// Without a zone the local one counts; a date alone is its first moment. Nullopt for anything else.
std::optional<Timestamp> parse_moment(std::string_view text, Timestamp now);

// As parse_moment() reads it, with its second: "2026-01-31 12:30:05", in the local zone.
std::string moment_text(Timestamp moment);

}  // namespace roar::plumbing
