#include "plumbing/suggest.h"

#include <array>
#include <catch2/catch.hpp>

namespace roar::plumbing {
namespace {

constexpr std::array<std::string_view, 6> kKnown{"dag", "init", "log", "run", "show", "status"};

TEST_CASE("a misspelt word is near the one that was meant", "[plumbing]") {
  const auto [typed, meant] = GENERATE(table<std::string_view, std::string_view>({
      {"shwo", "show"},      // swapped
      {"statsu", "status"},  // swapped at the end
      {"sho", "show"},       // missing
      {"logg", "log"},       // too much
      {"rum", "run"},        // replaced
  }));
  INFO(typed);
  CHECK(suggestions(typed, kKnown) == std::vector{meant});
}

TEST_CASE("nothing is near a word that is no misspelling", "[plumbing]") {
  CHECK(suggestions("frobnicate", kKnown).empty());
  CHECK(suggestions("xy", kKnown).empty());
  CHECK(suggestions("", kKnown).empty());
  CHECK(suggestions(std::string(100'000, 'x'), kKnown).empty());
}

TEST_CASE("suggestions are put into one question", "[plumbing]") {
  constexpr std::array<std::string_view, 3> kTwins{"get", "set", "list"};
  CHECK(suggestion_text("jet", kTwins) == "did you mean 'get' or 'set'?");
  CHECK(suggestion_text("frobnicate", kTwins).empty());
}

}  // namespace
}  // namespace roar::plumbing
