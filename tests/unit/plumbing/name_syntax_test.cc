#include "plumbing/lineage/name_syntax.h"

#include <catch2/catch.hpp>

namespace roar::plumbing {
namespace {

using Kind = NameSuffix::Kind;

std::string base_of(std::string_view name) {
  return std::string(name.substr(0, length_without_suffixes(name)));
}

}  // namespace

TEST_CASE("suffixes are read one after the other", "[plumbing]") {
  const auto suffixes = parse_suffixes("~2^{env}@{1}^3:a^b@{c}");
  REQUIRE(suffixes);
  CHECK(*suffixes == std::vector<NameSuffix>{{Kind::Ancestor, 2, ""},
                                             {Kind::Peel, 1, "env"},
                                             {Kind::Earlier, 1, "1"},
                                             {Kind::Parent, 3, ""},
                                             {Kind::Inside, 1, "a^b@{c}"}});
  CHECK(parse_suffixes("^~")->size() == 2);
  CHECK(parse_suffixes("^")->front().number == 1);
  CHECK(parse_suffixes("^0")->front().number == 0);
  CHECK(parse_suffixes("")->empty());
  CHECK(to_text(suffixes->at(0)) == "~2");
  CHECK(to_text(suffixes->at(1)) == "^{env}");
}

TEST_CASE("what is no suffix is refused", "[plumbing]") {
  const std::string text =
      GENERATE("x", "~2x", "^{env", "@1", "@", "^-1", "~99999999999999999999", "..", "^{a}b");
  INFO(text);
  CHECK_FALSE(parse_suffixes(text));
}

TEST_CASE("a name ends where its suffixes begin", "[plumbing]") {
  CHECK(base_of("@3^{env}") == "@3");
  CHECK(base_of("@B2~") == "@B2");
  CHECK(base_of("@~2") == "@");
  CHECK(base_of("@{1}").empty());
  CHECK(base_of("HEAD@{1}") == "HEAD");
  CHECK(base_of("refs/a@b^") == "refs/a@b");
  CHECK(base_of("oid:abcd~2") == "oid:abcd");
  CHECK(base_of("sha256:12ab^{job}") == "sha256:12ab");
  CHECK(base_of("etag:\"0123-2\"~1") == "etag:\"0123-2\"");
  CHECK(base_of("session/12ab@{1}") == "session/12ab");
  CHECK(base_of("abcd:12") == "abcd");
  CHECK(base_of("@1:a:b") == "@1");
  CHECK(base_of("a/b.txt") == "a/b.txt");
}

TEST_CASE("a range has two ends, which may be empty", "[plumbing]") {
  CHECK(parse_range("@1..@2")->from == "@1");
  CHECK(parse_range("@1..@2")->to == "@2");
  CHECK(parse_range("..@2")->from.empty());
  CHECK(parse_range("@1..")->to.empty());
  CHECK_FALSE(parse_range("a.b"));
}

}  // namespace roar::plumbing
