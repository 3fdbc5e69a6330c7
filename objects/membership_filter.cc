#include "objects/membership_filter.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "objects/blake3.h"

namespace roar {
namespace {

constexpr std::uint64_t kBitsMin = 2048;
constexpr unsigned kHashesMax = 12;
constexpr double kFalsePositives = 0.001;

std::uint64_t bits_for(std::uint64_t components) {
  if (components == 0) return kBitsMin;
  const double ln2 = std::log(2.0);
  const double wanted =
      std::ceil(static_cast<double>(components) * -std::log(kFalsePositives) / (ln2 * ln2));
  const std::uint64_t bits = std::max(kBitsMin, static_cast<std::uint64_t>(wanted));
  return (bits + 7) / 8 * 8;
}

unsigned hashes_for(std::uint64_t bits, std::uint64_t components) {
  const double wanted = static_cast<double>(bits) /
                        static_cast<double>(std::max<std::uint64_t>(components, 1)) * std::log(2.0);
  // Half to even, as the published one rounds: what nearbyint does unless told otherwise.
  const double rounded = std::nearbyint(wanted);
  return static_cast<unsigned>(std::clamp(rounded, 1.0, static_cast<double>(kHashesMax)));
}

std::uint64_t little_endian_at(const Blake3Digest& digest, std::size_t begin) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8U | digest[begin + i];
  return number;
}

// The positions of a key's bits, until `visit` returns false.
bool each_bit(std::string_view algorithm, std::string_view digest, std::uint64_t bits,
              unsigned hashes, const std::function<bool(std::uint64_t)>& visit) {
  std::string key("roar:composite-membership:v1");
  key += '\0';
  key.append(algorithm).append(":").append(digest);
  const Blake3Digest seed = blake3_of(key);
  // The published arithmetic has no limit. Numbers below `bits` do not come near one.
  std::uint64_t position = little_endian_at(seed, 0) % bits;
  const std::uint64_t second = little_endian_at(seed, 8);
  const std::uint64_t step = (second == 0 ? 1 : second) % bits;
  for (unsigned i = 0; i < hashes; ++i) {
    if (!visit(position)) return false;
    position = (position + step) % bits;
  }
  return true;
}

}  // namespace

MembershipFilter::MembershipFilter(std::uint64_t components)
    : bits_(bits_for(components)),
      hashes_(hashes_for(bits_, components)),
      bytes_(bits_ / 8, '\0') {}

void MembershipFilter::add(std::string_view algorithm, std::string_view digest) {
  each_bit(algorithm, digest, bits_, hashes_, [&](std::uint64_t bit) {
    char& byte = bytes_[bit / 8];
    byte = static_cast<char>(static_cast<unsigned char>(byte) | 1U << (bit % 8));
    return true;
  });
}

bool MembershipFilter::may_contain(std::string_view algorithm, std::string_view digest) const {
  return each_bit(algorithm, digest, bits_, hashes_, [&](std::uint64_t bit) {
    return ((static_cast<unsigned>(static_cast<unsigned char>(bytes_[bit / 8])) >> (bit % 8)) &
            1U) != 0;
  });
}

}  // namespace roar
