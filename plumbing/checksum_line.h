#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "objects/hash.h"

// Lines of files of checksums, as b3sum(1) and sha256sum(1) write them.

namespace roar::plumbing {

// The digest in hexadecimal, two spaces, the name; if that has a newline or a backslash, they are
// escaped, and the line begins with a backslash. Without the end of the line.
std::string checksum_line(std::string_view digest, std::string_view path);

// The name alone, escaped if it has to be, and then with a backslash before it.
std::string checksum_name(std::string_view path);

struct ChecksumLine {
  std::string digest;  // hexadecimal, in lower case
  std::string path;    // bytes; not empty
  // If the line says which; else it is for who knows, or for the length to tell.
  std::optional<Algorithm> algorithm;
};

// Such a line, also with "*" before the name (a binary file, as some tools say), or in the form
// "SHA256 (name) = digest". Nullopt if it is none. `escapes` is false where lines end with NUL, and
// names stand as they are.
std::optional<ChecksumLine> parse_checksum_line(std::string_view line, bool escapes);

// The algorithm with digests of so many hexadecimal digits; BLAKE3 where there are several.
std::optional<Algorithm> algorithm_of_digits(std::size_t digits) noexcept;

}  // namespace roar::plumbing
