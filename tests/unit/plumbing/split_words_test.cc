#include "plumbing/split_words.h"

#include <catch2/catch.hpp>

#include "plumbing/quote.h"

using roar::plumbing::split_words;
using Words = std::vector<std::string>;

TEST_CASE("split_words: words are separated as a shell separates them", "[split]") {
  const auto [text, words] = GENERATE(table<std::string, Words>({
      {"", {}},
      {"  a\tb\nc ", {"a", "b", "c"}},
      {"sh -c 'a b' \"c d\"", {"sh", "-c", "a b", "c d"}},
      {"'' \"\" x''y", {"", "", "xy"}},
      {R"("a\"b\$c\d" e\ f)", {"a\"b$c\\d", "e f"}},
      {R"('it'"'"'s')", {"it's"}},
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
  CHECK(split_words(text) == words);
}

TEST_CASE("split_words: an open quote has no words", "[split]") {
  for (const char* text : {"'a", "\"a", "a\\", "a 'b\" c", "'", "\"\\\"", "'a\\'b'"})
    CHECK_FALSE(split_words(text));
}

TEST_CASE("split_words: what was quoted comes back", "[split]") {
  const Words words{"a b", "it's", "\"x\"", "$HOME", "", "*", "a\\b"};
  CHECK(split_words(roar::plumbing::quoted_for_shell(words)) == words);
}
