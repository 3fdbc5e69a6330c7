#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plumbing/config.h"

namespace roar::plumbing {

enum class TagForm : std::uint8_t { Pair, PairOrKind };

struct TagWord {
  std::string kind;
  std::string value;  // empty: the kind alone
};

// "license=MIT", or a kind alone. Throws Errc::Usage for another form, for a kind that is neither
// one of ours nor in tags.custom_kinds, and for a value with control characters, or that is a
// secret.
TagWord parse_tag(const Config& config, std::string_view word, TagForm form);

// The words, each once, if all of them are tags. Throws as parse_tag() does.
std::vector<std::string> checked_tags(const Config& config, const std::vector<std::string>& words,
                                      TagForm form);

}  // namespace roar::plumbing
