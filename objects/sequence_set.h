#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>

namespace roar {

// A set of sequence numbers: about a bit each where they are dense, and safe from numbers that only
// a damaged store has.
class SequenceSet {
 public:
  // Whether it was not there.
  bool insert(std::uint64_t number) {
    std::uint64_t& word = blocks_[number / kBlock][number % kBlock / kWord];
    const std::uint64_t bit = std::uint64_t{1} << number % kWord;
    const bool is_new = (word & bit) == 0;
    word |= bit;
    if (is_new) ++size_;
    return is_new;
  }

  bool contains(std::uint64_t number) const {
    const auto block = blocks_.find(number / kBlock);
    if (block == blocks_.end()) return false;
    return (block->second[number % kBlock / kWord] >> number % kWord & 1U) != 0;
  }

  std::uint64_t size() const noexcept { return size_; }

  // In ascending order.
  void for_each(const std::function<void(std::uint64_t)>& visit) const {
    for (const auto& [block, words] : blocks_)
      for (std::uint64_t i = 0; i < kBlock; ++i)
        if ((words[i / kWord] >> i % kWord & 1U) != 0) visit(block * kBlock + i);
  }

 private:
  static constexpr std::uint64_t kWord = 64;
  static constexpr std::uint64_t kBlock = 4096;

  std::map<std::uint64_t, std::array<std::uint64_t, kBlock / kWord>> blocks_;
  std::uint64_t size_ = 0;
};

}  // namespace roar
