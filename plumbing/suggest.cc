#include "plumbing/suggest.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace roar::plumbing {
namespace {

// Damerau-Levenshtein distance in its restricted form: insertions, deletions, replacements, and
// swaps of two neighbours, no place edited twice.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);  // two rows up
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::vector<std::string_view> suggestions(std::string_view typed,
                                          std::span<const std::string_view> known) {
  constexpr std::size_t kTypedMax = 64;  // longer ones are no misspelling
  constexpr std::size_t kSuggestionsMax = 3;
  if (typed.size() > kTypedMax) return {};
  // One edit in three characters: "lgo" is near "log", "ab" is near nothing.
  const std::size_t limit = std::min<std::size_t>(3, typed.size() / 3);
  std::vector<std::pair<std::size_t, std::string_view>> near;
  for (const std::string_view word : known) {
    const std::size_t distance = edit_distance(typed, word);
    if (distance <= limit) near.emplace_back(distance, word);
  }
  std::ranges::stable_sort(near, {}, &std::pair<std::size_t, std::string_view>::first);
  std::vector<std::string_view> words;
  for (const auto& [distance, word] : near) {
    // What is farther than the best is a guess that the best makes needless.
    if (distance > near.front().first || words.size() == kSuggestionsMax) break;
    words.push_back(word);
  }
  return words;
}

std::string suggestion_text(std::string_view typed, std::span<const std::string_view> known) {
  const auto words = suggestions(typed, known);
  std::string text;
  for (const std::string_view word : words) {
    text += (text.empty() ? "did you mean '" : " or '") + std::string(word) + "'";
  }
  return text.empty() ? text : text + "?";
}

}  // namespace roar::plumbing
