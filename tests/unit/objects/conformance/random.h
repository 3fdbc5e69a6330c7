#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "objects/base/variable.h"

namespace roar {

// The same numbers from the same seed, on every machine.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_()) % limit; }
  bool one_in(std::uint32_t many) { return below(many) == 0; }
  template <typename T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(static_cast<std::uint32_t>(all.size()))];
  }
  std::string hex(std::size_t bytes) {
    std::string digits;
    for (std::size_t i = 0; i < 2 * bytes; ++i) digits += "0123456789abcdef"[below(16)];
    return digits;
  }

 private:
  std::mt19937 engine_;
};

// How many seeds a test takes: `few`, or with ROAR_TEST_LONG=1 many times that.
inline std::uint32_t seeds(std::uint32_t few) {
  constexpr std::uint32_t kLonger = 40;
  return environment_text("ROAR_TEST_LONG").empty() ? few : kLonger * few;
}

}  // namespace roar
