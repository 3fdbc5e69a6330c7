#include "plumbing/graph/argument_differences.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace roar::plumbing {
namespace {

// Name and how manieth of that name it is -> value.
using Parameters = std::map<std::pair<std::string, std::size_t>, std::string>;

bool is_option(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return false;
  // A negative number is a value.
  return (word[1] < '0' || word[1] > '9') && word[1] != '.';
}

Parameters parameters_of(std::span<const std::string> argv) {
  Parameters parameters;
  std::map<std::string, std::size_t> counts;
  std::size_t place = 0;
  bool options = true;
  const auto add = [&](const std::string& name, const std::string& value) {
    parameters.emplace(std::pair(name, counts[name]++), value);
  };
  for (std::size_t i = 0; i < argv.size(); ++i) {
    const std::string& word = argv[i];
    if (i == 0 || !options || !is_option(word) || word == "--") {
      options = options && word != "--";
      add("argument " + std::to_string(place++), word);
      continue;
    }
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) {
      add(word.substr(0, equals), word.substr(equals + 1));
    } else if (i + 1 < argv.size() && !is_option(argv[i + 1])) {
      add(word, argv[++i]);
    } else {
      add(word, "");
    }
  }
  return parameters;
}

}  // namespace

std::vector<ArgumentDifference> argument_differences(std::span<const std::string> before,
                                                     std::span<const std::string> after) {
  const Parameters was = parameters_of(before);
  const Parameters is = parameters_of(after);
  std::vector<ArgumentDifference> differences;
  std::set<std::pair<std::string, std::size_t>> keys;
  for (const auto& [key, value] : was) keys.insert(key);
  for (const auto& [key, value] : is) keys.insert(key);
  for (const auto& key : keys) {
    const auto old = was.find(key);
    const auto now = is.find(key);
    const bool both = old != was.end() && now != is.end();
    if (both && old->second == now->second) continue;
    differences.push_back({.name = key.first,
                           .before = old == was.end() ? std::string() : old->second,
                           .after = now == is.end() ? std::string() : now->second,
                           .was = old != was.end(),
                           .is = now != is.end()});
  }
  // The same words in another order.
  if (differences.empty() && !std::ranges::equal(before, after) &&
      std::ranges::is_permutation(before, after)) {
    differences.push_back({.name = "order of the arguments", .before = {}, .after = {}});
  }
  return differences;
}

}  // namespace roar::plumbing
