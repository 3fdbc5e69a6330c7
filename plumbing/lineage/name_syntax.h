#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roar::plumbing {

// What leads from the thing that a name begins with to another.
struct NameSuffix {
  enum class Kind : std::uint8_t {
    Parent,    // ^, ^3: what it came from, the n-th
    Ancestor,  // ~, ~3: the first of what it came from, n times
    Peel,      // ^{job}: what belongs to it
    Earlier,   // @{1}, @{yesterday}: what the ref or path stood for before
    Inside     // :path/in/it
  };
  Kind kind = Kind::Parent;
  std::uint64_t number = 1;  // of Parent and Ancestor
  std::string text;          // of the others

  bool operator==(const NameSuffix&) const = default;
};

// The suffix as one writes it.
std::string to_text(const NameSuffix& suffix);

// Nullopt unless `text` is one suffix after the other and nothing else.
std::optional<std::vector<NameSuffix>> parse_suffixes(std::string_view text);

// How much of the name stands before the first suffix: "@3" of "@3^{env}", "oid:abcd" of
// "oid:abcd~2", nothing of "@{1}". The whole if there is none. What the name means is not looked
// at; a path may hold what looks like a suffix.
std::size_t length_without_suffixes(std::string_view name);

// "A" and "B" of "A..B"; nullopt if the text is nothing of this kind. Either may be empty.
struct NameRange {
  std::string_view from;
  std::string_view to;
};
std::optional<NameRange> parse_range(std::string_view text);

}  // namespace roar::plumbing
