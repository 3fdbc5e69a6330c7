#include "plumbing/aliases.h"

#include <algorithm>

#include "objects/base/error.h"
#include "plumbing/split_words.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kSection = "alias.";

const ConfigSetting* find_alias(const Config& config, std::string_view name) {
  return config.find(std::string(kSection).append(name));
}

[[noreturn]] void refuse(const ConfigSetting& alias, const std::string& why) {
  throw Error(Errc::Usage,
              alias.where + ": alias '" + alias.key.substr(kSection.size()) + "' " + why);
}

std::vector<std::string> words_of(const ConfigSetting& alias) {
  const auto& text = std::get<std::string>(alias.value);
  if (text.starts_with('!')) {
    refuse(alias, "begins with '!': an alias stands for a command of roar, not for a program");
  }
  auto words = split_words(text);
  if (!words) refuse(alias, "has a quote that is not closed");
  if (words->empty()) refuse(alias, "is empty");
  return *std::move(words);
}

}  // namespace

std::optional<std::vector<std::string>> expand_alias(
    const Config& config, std::string_view name,
    const std::function<bool(std::string_view)>& is_command) {
  const ConfigSetting* alias = find_alias(config, name);
  if (alias == nullptr) return std::nullopt;
  std::vector<std::string> seen{std::string(name)};
  std::vector<std::string> words = words_of(*alias);
  while (!is_command(words.front())) {
    const ConfigSetting* next = find_alias(config, words.front());
    if (next == nullptr) refuse(*alias, "stands for '" + words.front() + "', which is no command");
    if (std::ranges::find(seen, words.front()) != seen.end()) {
      refuse(*alias, "stands for '" + words.front() + "', and so for itself");
    }
    seen.push_back(words.front());
    std::vector<std::string> longer = words_of(*next);
    longer.insert(longer.end(), words.begin() + 1, words.end());
    words = std::move(longer);
    alias = next;
  }
  return words;
}

std::vector<std::string> alias_names(const Config& config) {
  std::vector<std::string> names;
  for (const ConfigSetting& setting : config.settings()) {
    if (setting.key.starts_with(kSection)) names.push_back(setting.key.substr(kSection.size()));
  }
  return names;
}

}  // namespace roar::plumbing
