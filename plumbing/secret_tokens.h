#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "plumbing/find_secrets.h"

// Secrets that can be told by how they look, at a place in a text.

namespace roar::plumbing {

// Which characters a token or a JWT may begin with.
const std::array<bool, 256>& token_starts() noexcept;

// A token of the table, or a JWT.
std::optional<FoundSecret> token_at(std::string_view text, std::size_t at);

// A whole key with its newlines, or the rest of the text if its end is missing.
std::optional<FoundSecret> private_key_at(std::string_view text, std::size_t at);

// A token that fills the value says what it is better than `kind`, from a name, does.
std::string_view kind_of(std::string_view value, std::string_view kind);

}  // namespace roar::plumbing
