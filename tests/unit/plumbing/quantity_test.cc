#include "plumbing/quantity.h"

#include <catch2/catch.hpp>

namespace roar::plumbing {

TEST_CASE("parse_size reads bytes in powers of 1024", "[plumbing]") {
  CHECK(parse_size("0") == 0U);
  CHECK(parse_size("4096") == 4096U);
  CHECK(parse_size("64k") == 65'536U);
  CHECK(parse_size("16MiB") == 16'777'216U);
  CHECK(parse_size("1G") == 1'073'741'824U);
  const char* bad =
      GENERATE("", "k", "-1", "1.5M", "1 M", "1MB", "99999999999999999999", "9999999G");
  CHECK_FALSE(parse_size(bad).has_value());
}

TEST_CASE("parse_duration wants a unit", "[plumbing]") {
  CHECK(parse_duration("500ms") == std::chrono::milliseconds(500));
  CHECK(parse_duration("10s") == std::chrono::seconds(10));
  CHECK(parse_duration("2min") == std::chrono::minutes(2));
  const char* bad = GENERATE("", "10", "s", "-1s", "1h", "10 s");
  CHECK_FALSE(parse_duration(bad).has_value());
}

}  // namespace roar::plumbing
