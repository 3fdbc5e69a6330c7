#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace roar {

// Puts `items[order[i]]` at place i, for all i; `order` must be a permutation, and is used up.
// Moves each item once and needs no room for a second set of them: for large items, of which only
// the numbers are sorted.
template <typename T>
void reorder(std::vector<T>& items, std::vector<std::uint32_t> order) {
  for (std::uint32_t start = 0; start < order.size(); ++start) {
    if (order[start] == start) continue;
    T first = std::move(items[start]);
    std::uint32_t place = start;
    while (order[place] != start) {
      items[place] = std::move(items[order[place]]);
      place = std::exchange(order[place], place);
    }
    items[place] = std::move(first);
    order[place] = place;
  }
}

}  // namespace roar
