#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roar {

// How a digest stands in the table of digests. The key is the algorithm's name, a NUL, a byte that
// says which form follows, the digest, and the artifact's sequence number. Hexadecimal digests are
// kept as bytes; others as text, whose full length is in the value if it is too long for a key.
struct DigestKey {
  std::string key;
  std::string value;
};
DigestKey digest_key(std::string_view algorithm, std::string_view digest, std::uint64_t artifact);

struct ParsedDigestKey {
  std::string algorithm;
  std::string digest;
  std::uint64_t artifact = 0;
};
// Throws Errc::Corrupt for what digest_key does not make.
ParsedDigestKey parse_digest_key(std::string_view key, std::string_view value);

// Keys at or after which digests of the algorithm that start with these hexadecimal digits stand,
// in each of the two forms.
std::string lowest_hex_key(std::string_view algorithm, std::string_view prefix);
std::string lowest_text_key(std::string_view algorithm, std::string_view prefix);

// The part of a key of the table of paths that says which path.
std::string path_prefix(std::string_view path);

}  // namespace roar
