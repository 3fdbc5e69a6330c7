#include "plumbing/secret_values.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

namespace roar::plumbing {
namespace {

constexpr auto kNowhere = std::string_view::npos;

bool is_path(std::string_view value) noexcept {
  if (value.starts_with("./") || value.starts_with("../") || value.starts_with("~/")) return true;
  if (!value.starts_with('/')) return false;
  const std::string_view first = value.substr(1, value.find('/', 1) - 1);
  return first.size() + 1 < value.size() &&
         std::ranges::all_of(first, [](char c) { return c >= 'a' && c <= 'z'; });
}

const SecretName* row_of(std::span<const SecretName> rows, std::string_view name) noexcept {
  const auto row = std::ranges::lower_bound(rows, name, {}, &SecretName::name);
  return row != rows.end() && row->name == name ? &*row : nullptr;
}

// In lower case, without '-' and '_'.
std::string normalized(std::string_view name) {
  std::string result;
  for (const char c : name) {
    if (c != '-' && c != '_') result.push_back(lower(c));
  }
  return result;
}

}  // namespace

bool is_no_value(std::string_view value) noexcept {
  if (value.empty() || value.front() == '$' || value.front() == '`') return true;
  constexpr std::array<std::pair<char, char>, 4> kBrackets{
      {{'<', '>'}, {'[', ']'}, {'{', '}'}, {'%', ')'}}};
  for (const auto& [open, close] : kBrackets) {
    if (value.front() == open && value.back() == close) return true;
  }
  if (value.find_first_not_of("*xX.") == kNowhere) return true;
  constexpr std::array<std::string_view, 10> kWords{"true", "false", "True", "False", "none",
                                                    "None", "null",  "yes",  "no",    "changeme"};
  return std::ranges::find(kWords, value) != kWords.end() || value.starts_with("env:") ||
         value.starts_with("file:");
}

bool is_value(std::string_view value, std::size_t shortest) noexcept {
  if (value.size() < shortest || is_no_value(value)) return false;
  return shortest <= 1 || (!is_path(value) && !value.starts_with("id=") &&
                           !value.starts_with("type=") && value.find("://") == kNowhere);
}

const SecretName* option_row(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  if (name.size() > kLongest) name.remove_prefix(name.size() - kLongest);
  while (name.starts_with('-')) name.remove_prefix(1);
  const std::size_t dot = name.rfind('.');
  if (dot == kNowhere) return row_of(secret_options(), normalized(name));
  if (const SecretName* row = row_of(secret_options(), normalized(name.substr(dot + 1))))
    return row;
  const std::size_t before = dot == 0 ? kNowhere : name.rfind('.', dot - 1);
  const std::string_view one = name.substr(before == kNowhere ? 0 : before + 1);
  return row_of(secret_options(),
                normalized(one.substr(0, one.rfind('.'))) + normalized(name.substr(dot + 1)));
}

const SecretName* name_row(std::string_view name) {
  if (const SecretName* row = variable_row(name)) return row;
  return option_row(name);
}

const SecretName* variable_row(std::string_view name) noexcept {
  return row_of(secret_variables(), name);
}

const SecretName* header_row(std::string_view name) {
  std::string field;
  std::ranges::transform(name, std::back_inserter(field), lower);
  return row_of(secret_headers(), field);
}

}  // namespace roar::plumbing
