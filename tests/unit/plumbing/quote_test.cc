#include "plumbing/quote.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace roar::plumbing {

TEST_CASE("quoted_for_shell writes what a shell reads back", "[plumbing]") {
  const auto [word, expected] = GENERATE(table<std::string, std::string>({
      {"plain-1.0_x/y", "plain-1.0_x/y"},
      {"", "''"},
      {"two words", "'two words'"},
      {"don't", "'don'\\''t'"},
      {"$HOME", "'$HOME'"},
      {"a*b", "'a*b'"},
      {"line\nend", "$'line\\nend'"},
      {"\xff", "$'\\377'"},
      {"grün", "'grün'"},
  }));
  CHECK(quoted_for_shell(word) == expected);
}

TEST_CASE("quoted_for_shell separates words by spaces", "[plumbing]") {
  const std::vector<std::string> words{"a", "b c", ""};
  CHECK(quoted_for_shell(words) == "a 'b c' ''");
}

TEST_CASE("quoted_path leaves names alone that fit a line", "[plumbing]") {
  const auto [path, expected] = GENERATE(table<std::string, std::string>({
      {"data/x y.csv", "data/x y.csv"},
      {"grün", "grün"},
      {"a\nb", "\"a\\nb\""},
      {"a\"b", "\"a\\\"b\""},
      {"\xff", "\"\\377\""},
      {"a\tb\x01", "\"a\\tb\\001\""},
  }));
  CHECK(quoted_path(path) == expected);
}

}  // namespace roar::plumbing
