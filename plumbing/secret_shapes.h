#pragma once

#include <cstdint>
#include <span>
#include <string_view>

// What a secret looks like. Only shapes that their issuers publish, so that a recorded command
// stays a command. roar-redaction(7) lists every kind; a test compares.

namespace roar::plumbing {

// What may follow a token's prefix.
enum class Alphabet : std::uint8_t {
  Hexadecimal,   // lower case
  UpperDigits,   // A-Z 0-9
  Alphanumeric,  // A-Z a-z 0-9
  Word,          // and _
  Dashed,        // A-Z a-z 0-9 -
  Url,           // A-Z a-z 0-9 _ -
  Dotted,        // and .
};

// A token that can be told from anything else by how it looks.
struct TokenShape {
  std::string_view kind;  // what the placeholder says
  std::string_view prefix;
  Alphabet alphabet;
  std::uint16_t shortest;  // characters after the prefix
  std::uint16_t longest;   // 0: any number
  bool has_digit;          // without one it is a word: "sk-" and letters
  std::string_view issuer;
};
std::span<const TokenShape> token_shapes() noexcept;

// Kinds that are found by more than a prefix.
inline constexpr std::string_view kJwt = "jwt";
inline constexpr std::string_view kPrivateKey = "private-key";
inline constexpr std::string_view kUrlPassword = "url-password";
inline constexpr std::string_view kBearerToken = "bearer-token";
inline constexpr std::string_view kSlackWebhook = "slack-webhook";

}  // namespace roar::plumbing
