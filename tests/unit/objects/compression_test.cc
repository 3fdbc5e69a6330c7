#include "objects/compression.h"

#include <catch2/catch.hpp>
#include <string>

#include "objects/artifact.h"
#include "objects/blake3.h"

namespace roar {
namespace {

const std::string kArtifact = encode(Artifact{
    .blake3 = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85", .size = 3});

}  // namespace

TEST_CASE("compression gives back what it was given, and nothing else", "[compression]") {
  const Dictionary dictionary = GENERATE(Dictionary::None, Dictionary::First);
  Compression compression;
  const std::string text = std::string(1000, 'a') + kArtifact;
  const auto frame = compression.compress(text, dictionary);
  REQUIRE(frame);
  CHECK(compression.decompress(*frame, text.size(), dictionary) == text);
  CHECK_FALSE(compression.decompress(*frame, text.size() + 1, dictionary));
  CHECK_FALSE(compression.decompress(*frame, text.size() - 1, dictionary));
  CHECK_FALSE(compression.decompress(frame->substr(1), text.size(), dictionary));
  CHECK_FALSE(compression.decompress("", text.size(), dictionary));
}

TEST_CASE("small objects shrink by the dictionary", "[compression]") {
  Compression compression;
  const auto without = compression.compress(kArtifact, Dictionary::None);
  const auto with = compression.compress(kArtifact, Dictionary::First);
  REQUIRE(with);
  CHECK(with->size() + 24 < kArtifact.size());
  CHECK((!without || without->size() > with->size()));
  // One for another, in either order, in one work space.
  CHECK(compression.decompress(*with, kArtifact.size(), Dictionary::First) == kArtifact);
  CHECK_FALSE(compression.decompress(*with, kArtifact.size(), Dictionary::None) == kArtifact);
  CHECK(compression.decompress(*with, kArtifact.size(), Dictionary::First) == kArtifact);
}

}  // namespace roar
