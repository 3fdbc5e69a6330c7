#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace roar {

// Says of a digest that it is not in a composite, or that it may be: a Bloom filter with one wrong
// answer in a thousand, bit for bit the published one (docs/formats/composite.md).
class MembershipFilter {
 public:
  // For so many components.
  explicit MembershipFilter(std::uint64_t components);

  void add(std::string_view algorithm, std::string_view digest);
  bool may_contain(std::string_view algorithm, std::string_view digest) const;

  std::uint64_t bits() const noexcept { return bits_; }
  unsigned hashes() const noexcept { return hashes_; }
  // bits() / 8 of them; bit p is 1 << (p % 8) of byte p / 8.
  const std::string& bytes() const noexcept { return bytes_; }

 private:
  std::uint64_t bits_;
  unsigned hashes_;
  std::string bytes_;
};

inline constexpr int kMembershipVersion = 1;

}  // namespace roar
