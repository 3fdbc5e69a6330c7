#include "plumbing/lineage/moment.h"

#include <catch2/catch.hpp>
#include <string>

namespace roar::plumbing {
namespace {

constexpr Timestamp kNow{1'800'000'000, 5};

}  // namespace

TEST_CASE("times are read as people write them", "[plumbing]") {
  CHECK(parse_moment("now", kNow) == kNow);
  CHECK(parse_moment("yesterday", kNow) == Timestamp{kNow.seconds - 86400, 5});
  CHECK(parse_moment("3 days ago", kNow) == Timestamp{kNow.seconds - 3 * 86400, 5});
  CHECK(parse_moment("1.hour.ago", kNow) == Timestamp{kNow.seconds - 3600, 5});
  CHECK(parse_moment("@1234567890", kNow) == Timestamp{1'234'567'890, 0});
  // The seconds are those of date -u -d ... +%s.
  CHECK(parse_moment("2026-01-31T12:30Z", kNow) == Timestamp{1'769'862'600, 0});
  CHECK(parse_moment("2026-01-31 12:30:05 +01:00", kNow) == Timestamp{1'769'859'005, 0});
  CHECK(parse_moment("2026-01-31T12:30:05-0230", kNow) == Timestamp{1'769'871'605, 0});
  CHECK(parse_moment("1969-12-31Z", kNow) == Timestamp{-86400, 0});
  CHECK(parse_moment("today", kNow)->seconds <= kNow.seconds);
  CHECK(parse_moment("2026-01-31", kNow).has_value());
}

TEST_CASE("what is no time is refused", "[plumbing]") {
  const std::string text = GENERATE("", "1", "tomorrow", "2026-13-01", "2026-02-30", "2026-01-31T",
                                    "2026-01-31T25:00", "3 days", "x days ago", "3 eons ago", "@",
                                    "@x", "2026-01-31T12:30Zx", "99999999999999 years ago");
  INFO(text);
  CHECK_FALSE(parse_moment(text, kNow));
}

}  // namespace roar::plumbing
