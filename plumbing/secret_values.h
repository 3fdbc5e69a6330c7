#pragma once

#include <string_view>

#include "objects/base/digit.h"
#include "plumbing/secret_names.h"

// Which characters make a name, which names have a secret behind them, and what is no value.

namespace roar::plumbing {

constexpr bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_alphanumeric(char c) noexcept {
  return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z');
}
constexpr bool is_word(char c) noexcept {
  return is_alphanumeric(c) || c == '_';
}
constexpr bool is_name(char c) noexcept {
  return is_word(c) || c == '-' || c == '.';
}
constexpr char lower(char c) noexcept {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// The name of an option with or without its dashes, of a setting, of a parameter: "api-key" and
// "wandb.api_key", but also "fs.s3a.secret.key". Null if it is no secret's.
const SecretName* option_row(std::string_view name);
// The same, or a variable's name.
const SecretName* name_row(std::string_view name);
const SecretName* variable_row(std::string_view name) noexcept;
const SecretName* header_row(std::string_view name);

// A reference to a value, a placeholder (ours too), or a word that stands for no value.
bool is_no_value(std::string_view value) noexcept;
// Whether this can be a secret of a name with this shortest length; 1 is for passwords, which may
// be anything. Paths and URLs are no tokens.
bool is_value(std::string_view value, std::size_t shortest) noexcept;

}  // namespace roar::plumbing
