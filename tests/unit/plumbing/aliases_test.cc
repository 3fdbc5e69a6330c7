#include "plumbing/aliases.h"

#include <catch2/catch.hpp>

namespace roar::plumbing {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("words are split as a shell splits them", "[plumbing]") {
  const auto [text, words] = GENERATE(table<std::string, Words>({
      {"", {}},
      {"  \t\n", {}},
      {"a  b\tc", {"a", "b", "c"}},
      {"'a b' \"c d\"", {"a b", "c d"}},
      {"a'b'\"c\"d", {"abcd"}},
      {"'' \"\"", {"", ""}},
      {"a\\ b \\\\ \\'", {"a b", "\\", "'"}},
      {"\"\\\" \\\\ \\n\"", {"\" \\ \\n"}},
      {"'\\n \"'", {"\\n \""}},
      {"$HOME * ; | !x", {"$HOME", "*", ";", "|", "!x"}},
      {"--x='a b'", {"--x=a b"}},
  }));
  INFO(text);
  CHECK(split_words(text) == words);
}

TEST_CASE("a quote that is not closed is no text of words", "[plumbing]") {
  for (const std::string_view text : {"'", "a \"b", "\\", "\"\\\"", "'a\\'b'"}) {
    INFO(text);
    CHECK_FALSE(split_words(text));
  }
}

}  // namespace
}  // namespace roar::plumbing
