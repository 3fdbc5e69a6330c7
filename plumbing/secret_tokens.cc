#include "plumbing/secret_tokens.h"

#include <algorithm>
#include <vector>

#include "plumbing/secret_shapes.h"
#include "plumbing/secret_values.h"

namespace roar::plumbing {
namespace {

constexpr auto kNowhere = std::string_view::npos;

constexpr bool contains(Alphabet alphabet, char c) noexcept {
  switch (alphabet) {
    case Alphabet::Hexadecimal:
      return is_digit(c) || (c >= 'a' && c <= 'f');
    case Alphabet::UpperDigits:
      return is_digit(c) || is_upper(c);
    case Alphabet::Alphanumeric:
      return is_alphanumeric(c);
    case Alphabet::Word:
      return is_word(c);
    case Alphabet::Dashed:
      return is_alphanumeric(c) || c == '-';
    case Alphabet::Url:
      return is_word(c) || c == '-';
    case Alphabet::Dotted:
      return is_word(c) || c == '-' || c == '.';
  }
  return false;
}

std::size_t run_length(std::string_view text, std::size_t at, Alphabet alphabet) noexcept {
  std::size_t end = at;
  while (end < text.size() && contains(alphabet, text[end])) ++end;
  return end - at;
}

using ShapesByStart = std::array<std::vector<const TokenShape*>, 256>;

// The shapes by the first character of their prefix: every path of every job is looked at.
const ShapesByStart& shapes_by_start() {
  static const ShapesByStart table = [] {
    ShapesByStart shapes;
    for (const TokenShape& shape : token_shapes())
      shapes[static_cast<unsigned char>(shape.prefix.front())].push_back(&shape);
    return shapes;
  }();
  return table;
}

std::array<bool, 256> shape_starts() {
  std::array<bool, 256> starts{};
  for (std::size_t c = 0; c < starts.size(); ++c) starts[c] = !shapes_by_start()[c].empty();
  starts['e'] = true;  // a JWT's
  return starts;
}

std::optional<FoundSecret> shape_at(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  for (const TokenShape* row : shapes_by_start()[static_cast<unsigned char>(text[at])]) {
    const TokenShape& shape = *row;
    if (!rest.starts_with(shape.prefix)) continue;
    const std::size_t begin = at + shape.prefix.size();
    std::size_t length = run_length(text, begin, shape.alphabet);
    while (length > 0 && text[begin + length - 1] == '.') --length;  // the end of a sentence
    if (length < shape.shortest || (shape.longest != 0 && length > shape.longest)) continue;
    const std::string_view body = text.substr(begin, length);
    if (shape.has_digit && !std::ranges::any_of(body, is_digit)) continue;
    return FoundSecret{at, begin + length, shape.kind};
  }
  return std::nullopt;
}

// Header, claims and signature in base64url; the first two are JSON objects: {" is "eyJ".
std::optional<FoundSecret> jwt_at(std::string_view text, std::size_t at) {
  constexpr std::size_t kShortest = 10;
  std::size_t end = at;
  for (int part = 0; part < 2; ++part) {
    if (!text.substr(end).starts_with("eyJ")) return std::nullopt;
    end += run_length(text, end, Alphabet::Url);
    if (end - at < kShortest || end >= text.size() || text[end] != '.') return std::nullopt;
    ++end;
  }
  return FoundSecret{at, end + run_length(text, end, Alphabet::Url), kJwt};
}

}  // namespace

const std::array<bool, 256>& token_starts() noexcept {
  static const std::array<bool, 256> starts = shape_starts();
  return starts;
}

std::optional<FoundSecret> token_at(std::string_view text, std::size_t at) {
  const auto token = shape_at(text, at);
  return token || text[at] != 'e' ? token : jwt_at(text, at);
}

std::optional<FoundSecret> private_key_at(std::string_view text, std::size_t at) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::size_t kLongestTitle = 60;
  const std::string_view rest = text.substr(at);
  if (!rest.starts_with(kBegin)) return std::nullopt;
  const std::string_view title = rest.substr(kBegin.size(), kLongestTitle);
  const std::size_t dashes = title.find("-----");
  const std::size_t key = title.find("PRIVATE KEY");
  if (dashes == kNowhere || key == kNowhere || key > dashes) return std::nullopt;
  const std::size_t last = rest.find("-----END ", kBegin.size());
  const std::size_t end = last == kNowhere ? kNowhere : rest.find("-----", last + 9);
  return FoundSecret{at, end == kNowhere ? text.size() : at + end + 5, kPrivateKey};
}

std::string_view kind_of(std::string_view value, std::string_view kind) {
  const auto shape = value.empty() ? std::nullopt : token_at(value, 0);
  return shape && shape->end == value.size() ? shape->kind : kind;
}

}  // namespace roar::plumbing
