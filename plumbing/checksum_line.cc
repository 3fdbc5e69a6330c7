#include "plumbing/checksum_line.h"

#include <algorithm>

#include "objects/base/hex.h"

namespace roar::plumbing {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

// Nullopt for an escape that nobody writes.
std::optional<std::string> unescaped(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    if (text[i] == 'n') {
      name += '\n';
    } else if (text[i] == 'r') {
      name += '\r';
    } else if (text[i] == '\\') {
      name += '\\';
    } else {
      return std::nullopt;
    }
  }
  return name;
}

struct Parts {
  std::string_view digest;
  std::string_view name;
  std::optional<Algorithm> algorithm;
};

// "SHA256 (name) = digest"
std::optional<Parts> tagged_parts(std::string_view line) {
  const std::size_t open = line.find(" (");
  const std::size_t close = line.rfind(") = ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2)
    return std::nullopt;
  const std::optional<Algorithm> algorithm = algorithm_from_name(lowered(line.substr(0, open)));
  if (!algorithm) return std::nullopt;
  return Parts{line.substr(close + 4), line.substr(open + 2, close - open - 2), algorithm};
}

std::optional<Parts> plain_parts(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || space + 1 >= line.size()) return std::nullopt;
  if (line[space + 1] != ' ' && line[space + 1] != '*') return std::nullopt;
  return Parts{line.substr(0, space), line.substr(space + 2), std::nullopt};
}

}  // namespace

std::string checksum_line(std::string_view digest, std::string_view path) {
  const std::string name = checksum_name(path);
  const bool escaped = name != path;
  std::string line(escaped ? "\\" : "");
  return line.append(digest).append("  ").append(name.substr(escaped ? 1 : 0));
}

std::string checksum_name(std::string_view path) {
  if (path.find_first_of("\n\\") == std::string_view::npos) return std::string(path);
  std::string name = "\\";
  for (const char c : path) {
    if (c == '\n') {
      name += "\\n";
    } else if (c == '\\') {
      name += "\\\\";
    } else {
      name += c;
    }
  }
  return name;
}

std::optional<ChecksumLine> parse_checksum_line(std::string_view line, bool escapes) {
  const bool escaped = escapes && line.starts_with('\\');
  if (escaped) line.remove_prefix(1);
  std::optional<Parts> parts = tagged_parts(line);
  if (!parts) parts = plain_parts(line);
  if (!parts || parts->name.empty() || !is_hex(parts->digest)) return std::nullopt;
  if (!algorithm_of_digits(parts->digest.size())) return std::nullopt;
  std::optional<std::string> path =
      escaped ? unescaped(parts->name) : std::optional<std::string>(parts->name);
  if (!path) return std::nullopt;
  return ChecksumLine{lowered(parts->digest), *std::move(path), parts->algorithm};
}

std::optional<Algorithm> algorithm_of_digits(std::size_t digits) noexcept {
  switch (digits) {
    case 32:
      return Algorithm::Md5;
    case 64:
      return Algorithm::Blake3;
    case 128:
      return Algorithm::Sha512;
    default:
      return std::nullopt;
  }
}

}  // namespace roar::plumbing
