#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/path_class.h"
#include "plumbing/config.h"

namespace roar::plumbing {

// A rule of the user's, which goes before the built-in table.
struct UserRule {
  std::optional<PathClass> path_class;  // none: the file is ignored, and only counted
  std::string pattern;                  // see path_pattern.h
  std::string where;                    // file and line of the list it stands in

  bool operator==(const UserRule&) const = default;
};

// "cache build/" as it stands in filters.rules: a word for the class, or "ignore", and the pattern.
// Nullopt if the text is no such rule.
std::optional<UserRule> parse_user_rule(std::string_view text);
// "ignore", "data", ...: what parse_user_rule takes.
std::string_view class_word(const std::optional<PathClass>& path_class) noexcept;

// The rules in order: those of filters.rules, then the patterns of filters.ignore_paths. The first
// one that matches decides.
std::vector<UserRule> user_rules(const Config& config);

}  // namespace roar::plumbing
