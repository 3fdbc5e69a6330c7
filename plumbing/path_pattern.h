#pragma once

#include <string_view>

namespace roar::plumbing {

// Whether a pattern of the user's means a path, which is relative to the project's root if it lies
// in it, else absolute (Edge::path).
//
// Without any of * ? [ a pattern that begins with / means what begins so, and another one what
// holds it anywhere. With one of them it means the whole path: * and ? match no /, ** as a whole
// component matches any number of them, [a-z] and [!a-z] one character. Such a pattern without /
// means a name in any directory, and one that ends in / everything below.
bool matches_pattern(std::string_view pattern, std::string_view path) noexcept;

}  // namespace roar::plumbing
