#include "plumbing/graph/argument_differences.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace roar::plumbing {
namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("an option is the same however its value is given", "[plumbing]") {
  CHECK(argument_differences(Words{"a", "--lr", "0.1"}, Words{"a", "--lr=0.1"}).empty());
  const auto found = argument_differences(Words{"a", "--lr", "0.1"}, Words{"a", "--lr=0.2"});
  REQUIRE(found.size() == 1);
  CHECK(found[0] == ArgumentDifference{.name = "--lr", .before = "0.1", .after = "0.2"});
}

TEST_CASE("options may stand in any order, other arguments may not", "[plumbing]") {
  CHECK(argument_differences(Words{"a", "-x", "1", "-y", "2"}, Words{"a", "-y", "2", "-x", "1"})
            .size() == 1);
  const auto found = argument_differences(Words{"cp", "a", "b"}, Words{"cp", "b", "a"});
  REQUIRE(found.size() == 2);
  CHECK(found[0].name == "argument 1");
}

TEST_CASE("what is there on one side only", "[plumbing]") {
  const auto found = argument_differences(Words{"a"}, Words{"a", "--fast", "in"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == "--fast");
  CHECK_FALSE(found[0].was);
  CHECK(found[0].is);
  CHECK(argument_differences(Words{}, Words{}).empty());
  CHECK(argument_differences(Words{}, Words{"a"}).size() == 1);
}

TEST_CASE("negative numbers are values, and after -- there are no options", "[plumbing]") {
  const auto found = argument_differences(Words{"a", "--bias", "-1"}, Words{"a", "--bias", "-2"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].name == "--bias");
  CHECK(argument_differences(Words{"a", "--", "-x"}, Words{"a", "--", "-y"})[0].name ==
        "argument 2");
}

TEST_CASE("an option that is given several times", "[plumbing]") {
  const auto found =
      argument_differences(Words{"a", "-D", "x", "-D", "y"}, Words{"a", "-D", "x", "-D", "z"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].after == "z");
}

}  // namespace roar::plumbing
