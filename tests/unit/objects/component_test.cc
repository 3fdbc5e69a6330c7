#include "objects/component.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/objects/code_of.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

// Two files whose digests are the same digit all over: the published vectors.
std::string published(Algorithm combiner, const std::string& algorithm) {
  CompositeDigest digest(combiner);
  digest.add("part-000.json", algorithm, std::string(64, 'd'));
  digest.add("part-001.json", algorithm, std::string(64, 'e'));
  return digest.finish();
}

}  // namespace

TEST_CASE("composites have the published digests") {
  CHECK(published(Algorithm::Blake3, "blake3") ==
        "d7a53dcccded618561c323ab855607d0aae8c98178a110d206c96b5da6bed126");
  CHECK(published(Algorithm::Sha256, "sha256") ==
        "a2c2f3a030d6c5efe964acaf53b33a194b7c2cd05281b419a1a2501d99d045be");
  CHECK(composite_algorithm_name(Algorithm::Sha256) == "composite-sha256");
  CHECK(is_sha256_component("composite-sha256"));
  CHECK_FALSE(is_sha256_component("composite-blake3"));
}

TEST_CASE("paths of components are brought into one form") {
  CHECK(component_path("a/b") == "a/b");
  CHECK(component_path("././/a\\b") == "a/b");
  CHECK(component_path("/a") == "a");
  CHECK(component_path("..a/b..") == "..a/b..");
  CHECK(component_path("\xff") == "\xff");
  for (const char* bad : {"", "/", "./", "..", "a/../b", "a/..", "\\..\\a"})
    CHECK(code_of([&] { component_path(bad); }) == Errc::Usage);
}

TEST_CASE("components come in order and once") {
  CompositeDigest digest(Algorithm::Blake3);
  digest.add("b", "blake3", std::string(64, '0'));
  CHECK(code_of([&] { digest.add("b", "blake3", std::string(64, '0')); }) == Errc::Usage);
  CHECK(code_of([&] { digest.add("a", "blake3", std::string(64, '0')); }) == Errc::Usage);
}
