#include "plumbing/lineage/name_syntax.h"

#include <algorithm>
#include <charconv>

#include "objects/base/digit.h"
#include "objects/base/hex.h"

namespace roar::plumbing {
namespace {

// Takes a number off the front; 1 if there is none, nullopt if it is too large.
std::optional<std::uint64_t> take_count(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length])) ++length;
  if (length == 0) return 1;
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + length, number);
  if (error != std::errc() || stop != text.data() + length) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

// Takes "{text}" off the front.
std::optional<std::string> take_braces(std::string_view& text) {
  const std::size_t end = text.find('}');
  if (!text.starts_with('{') || end == std::string_view::npos) return std::nullopt;
  std::string inside(text.substr(1, end - 1));
  text.remove_prefix(end + 1);
  return inside;
}

std::optional<NameSuffix> take_braced(std::string_view& text, NameSuffix::Kind kind) {
  auto inside = take_braces(text);
  if (!inside) return std::nullopt;
  return NameSuffix{.kind = kind, .text = *std::move(inside)};
}

std::optional<NameSuffix> take_counted(std::string_view& text, NameSuffix::Kind kind) {
  const auto count = take_count(text);
  if (!count) return std::nullopt;
  return NameSuffix{.kind = kind, .number = *count, .text = {}};
}

std::optional<NameSuffix> take_suffix(std::string_view& text) {
  using Kind = NameSuffix::Kind;
  const char first = text.front();
  text.remove_prefix(1);
  switch (first) {
    case '^':
      return text.starts_with('{') ? take_braced(text, Kind::Peel)
                                   : take_counted(text, Kind::Parent);
    case '~':
      return take_counted(text, Kind::Ancestor);
    case '@':
      return take_braced(text, Kind::Earlier);
    case ':': {
      NameSuffix inside{.kind = Kind::Inside, .text = std::string(text)};
      text = {};
      return inside;
    }
    default:
      return std::nullopt;
  }
}

// Behind "kind:" or "session/", or 0. What could be the digits of an id is no kind. A server's ETag
// is any text.
std::size_t end_of_kind(std::string_view name) {
  const std::size_t end = name.find_first_of(":/");
  if (end == std::string_view::npos || end == 0 || end + 1 == name.size()) return 0;
  const std::string_view kind = name.substr(0, end);
  if (name[end] == '/') return kind == "session" ? end + 1 : 0;
  const bool is_word = std::ranges::all_of(
      kind, [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-'; });
  const bool digest_follows = is_hex(name.substr(end + 1, 1)) || kind == "etag";
  return is_word && digest_follows && !is_hex(kind) ? end + 1 : 0;
}

}  // namespace

std::string to_text(const NameSuffix& suffix) {
  switch (suffix.kind) {
    case NameSuffix::Kind::Parent:
      return "^" + std::to_string(suffix.number);
    case NameSuffix::Kind::Ancestor:
      return "~" + std::to_string(suffix.number);
    case NameSuffix::Kind::Peel:
      return "^{" + suffix.text + "}";
    case NameSuffix::Kind::Earlier:
      return "@{" + suffix.text + "}";
    case NameSuffix::Kind::Inside:
      return ":" + suffix.text;
  }
  return {};
}

std::optional<std::vector<NameSuffix>> parse_suffixes(std::string_view text) {
  std::vector<NameSuffix> suffixes;
  while (!text.empty()) {
    auto suffix = take_suffix(text);
    if (!suffix) return std::nullopt;
    suffixes.push_back(*std::move(suffix));
  }
  return suffixes;
}

std::size_t length_without_suffixes(std::string_view name) {
  if (name.starts_with("@{")) return 0;
  if (name.starts_with('@')) {
    std::size_t length = 1;
    if (name.size() > 2 && (name[1] == 'B' || name[1] == 'b') && is_digit(name[2])) ++length;
    while (length < name.size() && is_digit(name[length])) ++length;
    return length;
  }
  for (std::size_t i = end_of_kind(name); i < name.size(); ++i) {
    const char c = name[i];
    if (c == '^' || c == '~' || c == ':' || (c == '@' && name.substr(i + 1, 1) == "{")) return i;
  }
  return name.size();
}

std::optional<NameRange> parse_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  return NameRange{.from = text.substr(0, dots), .to = text.substr(dots + 2)};
}

}  // namespace roar::plumbing
