#include "plumbing/user_rules.h"

#include "objects/base/error.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kIgnore = "ignore";

}  // namespace

std::string_view class_word(const std::optional<PathClass>& path_class) noexcept {
  return path_class ? class_name(*path_class) : kIgnore;
}

std::optional<UserRule> parse_user_rule(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view word = text.substr(0, space);
  const std::size_t pattern = text.find_first_not_of(' ', space);
  if (pattern == std::string_view::npos) return std::nullopt;
  const auto path_class = class_from_name(word);
  // What is roar's and git's own is for the table alone to say.
  const bool known = word == kIgnore || (path_class && *path_class != PathClass::Internal);
  if (!known) return std::nullopt;
  return UserRule{
      .path_class = path_class, .pattern = std::string(text.substr(pattern)), .where = {}};
}

std::vector<UserRule> user_rules(const Config& config) {
  std::vector<UserRule> rules;
  const ConfigSetting& listed = config.setting("filters.rules");
  for (const std::string& text : config.list("filters.rules")) {
    auto rule = parse_user_rule(text);
    ROAR_ASSERT(rule.has_value());  // settings are checked when they are loaded
    rule->where = listed.where;
    rules.push_back(*std::move(rule));
  }
  const ConfigSetting& ignored = config.setting("filters.ignore_paths");
  for (const std::string& pattern : config.list("filters.ignore_paths")) {
    rules.push_back({.path_class = std::nullopt, .pattern = pattern, .where = ignored.where});
  }
  return rules;
}

}  // namespace roar::plumbing
