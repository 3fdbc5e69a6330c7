#include "objects/base/reorder.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <numeric>
#include <random>

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

TEST_CASE("items are put in the order that is given, each moved and none copied", "[base]") {
  const std::size_t count = GENERATE(as<std::size_t>{}, 0, 1, 2, 3, 100);
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::mt19937 random(static_cast<std::mt19937::result_type>(count));
  for (int round = 0; round < 20; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::unique_ptr<std::uint32_t>> items;
    for (std::uint32_t i = 0; i < count; ++i) items.push_back(std::make_unique<std::uint32_t>(i));
    reorder(items, order);
    for (std::size_t i = 0; i < count; ++i) CHECK(*items[i] == order[i]);
  }
}
