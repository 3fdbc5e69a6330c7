#include "objects/membership_filter.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "objects/base/hex.h"
#include "objects/hash.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

std::set<std::uint64_t> bits_set(const MembershipFilter& filter) {
  std::set<std::uint64_t> bits;
  for (std::uint64_t bit = 0; bit < filter.bits(); ++bit) {
    const unsigned byte = static_cast<unsigned char>(filter.bytes()[bit / 8]);
    if (((byte >> (bit % 8)) & 1U) != 0) bits.insert(bit);
  }
  return bits;
}

}  // namespace

TEST_CASE("a membership filter has the published size") {
  struct Row {
    std::uint64_t components;
    std::uint64_t bits;
    unsigned hashes;
  };
  for (const Row& row : {Row{0, 2048, 12}, Row{1, 2048, 12}, Row{2, 2048, 12}, Row{142, 2048, 10},
                         Row{143, 2056, 10}, Row{1000, 14384, 10}, Row{1105, 15888, 10},
                         Row{100'000, 1'437'760, 10}}) {
    const MembershipFilter filter(row.components);
    CHECK(filter.bits() == row.bits);
    CHECK(filter.hashes() == row.hashes);
    CHECK(filter.bytes().size() * 8 == row.bits);
  }
}

TEST_CASE("a membership filter has the published bits") {
  MembershipFilter filter(2);
  filter.add("blake3", std::string(64, 'd'));
  CHECK(bits_set(filter) ==
        std::set<std::uint64_t>{1797, 141, 533, 925, 1317, 1709, 53, 445, 837, 1229, 1621, 2013});
  CHECK(filter.may_contain("blake3", std::string(64, 'd')));
  CHECK_FALSE(filter.may_contain("blake3", std::string(64, 'e')));
  CHECK_FALSE(filter.may_contain("sha256", std::string(64, 'd')));
  filter.add("blake3", std::string(64, 'e'));
  const std::string digest = digest_of(Algorithm::Sha256, filter.bytes());
  CHECK(to_hex(std::vector<std::uint8_t>(digest.begin(), digest.end())) ==
        "a1b6841dd4737ff69034c5a19a17a7ca6ba87661111cbdb0150d751f097d61ea");
}

TEST_CASE("a membership filter forgets nothing and is seldom wrong") {
  constexpr int kCount = 2000;
  MembershipFilter filter(kCount);
  for (int i = 0; i < kCount; ++i) filter.add("blake3", std::to_string(i));
  int wrong = 0;
  for (int i = 0; i < kCount; ++i) {
    REQUIRE(filter.may_contain("blake3", std::to_string(i)));
    if (filter.may_contain("blake3", "x" + std::to_string(i))) ++wrong;
  }
  CHECK(wrong < 12);
}
