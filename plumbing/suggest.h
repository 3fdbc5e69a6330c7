#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace roar::plumbing {

// Those of `known` that `typed` may be a misspelling of, the nearest first, at most three. Empty if
// nothing is near.
std::vector<std::string_view> suggestions(std::string_view typed,
                                          std::span<const std::string_view> known);

// "did you mean 'show'?" or "did you mean 'show' or 'log'?"; empty if there is none.
std::string suggestion_text(std::string_view typed, std::span<const std::string_view> known);

}  // namespace roar::plumbing
