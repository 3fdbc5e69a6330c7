#include "plumbing/toml.h"

#include <catch2/catch.hpp>

#include "objects/base/error.h"

namespace roar::plumbing {
namespace {

using Words = std::vector<std::string>;

std::string with_dirty(std::string_view text, const TomlValue& value) {
  return with_toml_value(text, "file", "git", "dirty", value);
}

TEST_CASE("every value of a file is read with its line", "[plumbing]") {
  const auto entries = read_toml(
      "# first\n"
      "top = 1\n"
      "[git]\n"
      "dirty = \"refuse\"  # why\n"
      "locked = true\n"
      "[hash]\n"
      "run = [\n"
      "  \"md5\",\n"
      "]\n"
      "mixed = [1, \"a\"]\n"
      "[a.b]\n"
      "c = { d = 'x', \"e.f\" = 'y' }\n",
      "file");
  REQUIRE(entries.size() == 7);
  CHECK((entries[0].key == "top" && entries[0].line == 2 && entries[0].value.index() == 0));
  CHECK((entries[1].key == "git.dirty" && entries[1].line == 4));
  CHECK(entries[1].value == TomlValue("refuse"));
  CHECK(entries[2].value == TomlValue(true));
  CHECK((entries[3].key == "hash.run" && entries[3].value == TomlValue(Words{"md5"})));
  CHECK((entries[4].key == "hash.mixed" && entries[4].value.index() == 0));
  CHECK((entries[5].key == "a.b.c.d" && entries[5].line == 12));
  CHECK(entries[6].key == "a.b.c.\"e.f\"");
}

TEST_CASE("what is not TOML is refused with its line", "[plumbing]") {
  try {
    read_toml("a = 1\nb = \n", "some/file");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::Usage);
    CHECK(std::string_view(error.what()).starts_with("some/file:2: "));
  }
}

TEST_CASE("setting a value changes its region alone", "[plumbing]") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      // replaced
      {"[git]\ndirty = 'x'  # why\nremote = 1\n", "[git]\ndirty = \"new\"  # why\nremote = 1\n"},
      {"git.dirty='x'\n", "git.dirty=\"new\"\n"},
      {"git = { a = 1, dirty = 'x' }", "git = { a = 1, dirty = \"new\" }"},
      {"[git]\ndirty = \"\"\"\nx\n\"\"\" # c\n", "[git]\ndirty = \"new\" # c\n"},
      {"\"é\" = 'é' # é\n\"git\".\"dirty\" = 'é' # é\n",
       "\"é\" = 'é' # é\n\"git\".\"dirty\" = \"new\" # é\n"},
      // added to a table that is there
      {"# c\n[git] # c\n# d\n\n[z]\na=1\n", "# c\n[git] # c\ndirty = \"new\"\n# d\n\n[z]\na=1\n"},
      {"[git]\na = [\n 1,\n]\n\n[z]\n", "[git]\na = [\n 1,\n]\ndirty = \"new\"\n\n[z]\n"},
      {"[git]\na = 1", "[git]\na = 1\ndirty = \"new\""},
      {"[git]\na = 1\n[git.sub]\nb = 1\n", "[git]\na = 1\ndirty = \"new\"\n[git.sub]\nb = 1\n"},
      {"[git]\na.b = 1\n[[git.list]]\nb = 1\n",
       "[git]\na.b = 1\ndirty = \"new\"\n[[git.list]]\nb = 1\n"},
      {"git.a = 1\nother = 2\n", "git.a = 1\ngit.dirty = \"new\"\nother = 2\n"},
      {"git = { a = 1 }\n", "git = { a = 1, dirty = \"new\" }\n"},
      {"git={a.b=1,c={}}\n", "git={a.b=1,c={}, dirty = \"new\"}\n"},
      {"git = {}\n", "git = {dirty = \"new\"}\n"},
      // a new table
      {"", "[git]\ndirty = \"new\"\n"},
      {"[z]\na = 1", "[z]\na = 1\n\n[git]\ndirty = \"new\""},
      {"# only a comment\n", "# only a comment\n\n[git]\ndirty = \"new\"\n"},
      {"[git.sub]\na = 1\n", "[git.sub]\na = 1\n\n[git]\ndirty = \"new\"\n"},
      {"[z]\r\na = 1\r\n", "[z]\r\na = 1\r\n\r\n[git]\r\ndirty = \"new\"\r\n"},
      {"[git]\r\na = 1\r\n[z]\r\n", "[git]\r\na = 1\r\ndirty = \"new\"\r\n[z]\r\n"},
  }));
  INFO(before);
  CHECK(with_dirty(before, "new") == after);
}

TEST_CASE("values are written so that they are read back", "[plumbing]") {
  const TomlValue value =
      GENERATE(TomlValue(true), TomlValue(false), TomlValue(""), TomlValue("a\"b\\c\n\t\x7f\x01é"),
               TomlValue(Words{}), TomlValue(Words{"a", "b\"", ""}));
  const auto entries = read_toml(with_dirty("", value), "file");
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].value == value);
}

TEST_CASE("a file that cannot be edited is refused", "[plumbing]") {
  const auto [text, code] = GENERATE(table<std::string, Errc>({
      {"git = 1\n", Errc::Usage},       // no table
      {"broken\n", Errc::Usage},        // no TOML
      {"[[git]]\na = 1", Errc::Usage},  // a list of tables
  }));
  INFO(text);
  try {
    with_dirty(text, "new");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code() == code);
  }
  CHECK_THROWS_AS(with_dirty("", "\xff"), Error);
}

TEST_CASE("removing a value removes its lines alone", "[plumbing]") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {"[git]\n# c\ndirty = 'x'  # why\na = 1\n", "[git]\n# c\na = 1\n"},
      {"[git]\ndirty = [\n'x'\n]\n\n[z]\n", "[git]\n\n[z]\n"},
      {"[z]\n[git] # c\ndirty = 'x'", "[z]\n[git] # c"},
      {"[git]\n# c\ndirty = 'x'\n", "[git]\n# c\n"},
      {"[z]\n[git]\ndirty = 'x'\n", "[z]\n[git]\n"},
      {"[git]\ndirty = 'x'\n[git.sub]\n", "[git]\n[git.sub]\n"},
      {"[z]\n\n[git]\ndirty = 'x'\n", "[z]\n"},
      {"[git]\ndirty = 'x'\n", ""},
      {"git.dirty = 'x'\nz = 1\n", "z = 1\n"},
      {"git = { dirty = 'x', a = 1 }\n", "git = { a = 1 }\n"},
      {"git = { a = 1, dirty = 'x' }\n", "git = { a = 1 }\n"},
      {"git = { dirty = 'x' }\n", "git = {  }\n"},
  }));
  INFO(before);
  CHECK(without_toml_value(before, "file", "git", "dirty") == after);
}

TEST_CASE("setting and removing a key leaves the text as it was", "[plumbing]") {
  const std::string text =
      GENERATE(as<std::string>(), "", "\n", "# c", "# c\n", "[z]\na = 1", "[z]\na = 1\n\n\n",
               "[z]\r\na = 1\r\n", "[z]\r\na = 1", "[git]\na = 1", "[git]\na = [\n 1, # c\n]",
               "git.a = 1", "git.a.b = 1\r\n[z]", "git = {}", "git = { }\n", "git={a=1}",
               "git = { a.b = 1 , c = {d = 1} }", "[git.sub]\na = 1", "[\"git\"] # c\n",
               "[git]\n# dirty = 1\n[z]\n", "[[z]]\n[git]\n[[git.x]]\n",
               "\xef\xbb\xbf[git]\na = 1\n", "\xef\xbb\xbfgit.a = 'é'\n");
  INFO(text);
  const std::string with = with_dirty(text, "new");
  CHECK(with != text);
  CHECK(without_toml_value(with, "file", "git", "dirty") == text);
}

TEST_CASE("removing what is not there says so", "[plumbing]") {
  CHECK_FALSE(without_toml_value("[git]\na = 1\n", "file", "git", "dirty"));
  CHECK_FALSE(without_toml_value("", "file", "git", "dirty"));
}

}  // namespace
}  // namespace roar::plumbing
