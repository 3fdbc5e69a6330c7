#include "plumbing/checksum_line.h"

#include <catch2/catch.hpp>
#include <string>

namespace roar::plumbing {
namespace {

const std::string kMd5(32, 'a');
const std::string kLong(64, 'b');

bool is_none(const std::string& line) {
  return !parse_checksum_line(line, true);
}

}  // namespace

TEST_CASE("a line of a digest and a name is read as it was written", "[checksum]") {
  const std::string path = GENERATE(as<std::string>{}, "name", " two  spaces ", "*star", "a\nb",
                                    "c\\d", "\\", "\377", "e) = f", "md5 (x) = y");
  INFO(path);
  const auto line = parse_checksum_line(checksum_line(kLong, path), true);
  REQUIRE(line);
  CHECK(line->path == path);
  CHECK(line->digest == kLong);
  CHECK_FALSE(line->algorithm);
}

TEST_CASE("other tools' lines are read", "[checksum]") {
  const auto binary = parse_checksum_line(kMd5 + " *name", true);
  REQUIRE(binary);
  CHECK(binary->path == "name");
  const auto tagged = parse_checksum_line("SHA256 (a (b) = c) = " + std::string(64, 'F'), true);
  REQUIRE(tagged);
  CHECK(tagged->path == "a (b) = c");
  CHECK(tagged->digest == std::string(64, 'f'));
  CHECK(tagged->algorithm == Algorithm::Sha256);
  const auto carriage = parse_checksum_line("\\" + kMd5 + "  a\\rb", true);
  REQUIRE(carriage);
  CHECK(carriage->path == "a\rb");
  const auto plain = parse_checksum_line(kMd5 + "  a\\nb", true);
  REQUIRE(plain);
  CHECK(plain->path == "a\\nb");
  CHECK(parse_checksum_line(kMd5 + "  a\nb", false)->path == "a\nb");
}

TEST_CASE("what is no line of a digest and a name is none", "[checksum]") {
  CHECK(is_none(""));
  CHECK(is_none("\\"));
  CHECK(is_none(kMd5));
  CHECK(is_none(kMd5 + " "));
  CHECK(is_none(kMd5 + "  "));
  CHECK(is_none(kMd5 + " name"));
  CHECK(is_none(kMd5 + "a  name"));
  CHECK(is_none(std::string(32, 'g') + "  name"));
  CHECK(is_none("  name"));
  CHECK(is_none("\\" + kMd5 + "  a\\"));
  CHECK(is_none("\\" + kMd5 + "  a\\x"));
  CHECK(is_none("SHA1 (name) = " + kMd5));
  CHECK(is_none("MD5 () = " + kMd5));
  CHECK(is_none("MD5 (name) = "));
}

}  // namespace roar::plumbing
