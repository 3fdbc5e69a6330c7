#pragma once

#include <cstddef>
#include <cstdint>

namespace roar::tracer::preload {

// Bytes that someone else owns; never NUL-terminated as far as anyone here knows.
struct Text {
  const char* bytes = nullptr;
  std::size_t size = 0;

  constexpr Text() = default;
  constexpr Text(const char* first, std::size_t length) : bytes(first), size(length) {}
  // A literal.
  template <std::size_t kSize>
  constexpr Text(const char (&literal)[kSize])  // NOLINT(google-explicit-constructor): a view
      : bytes(literal), size(kSize - 1) {}

  bool empty() const noexcept { return size == 0; }
};

std::size_t length_of(const char* string) noexcept;
inline Text text_of(const char* string) noexcept {
  return {string, length_of(string)};
}
bool equal(const char* left, const char* right, std::size_t size) noexcept;
bool starts_with(const char* string, Text prefix) noexcept;
// Position of `part` in `whole`, or whole.size.
std::size_t find(Text whole, Text part) noexcept;
// Copies and returns the end of the copy.
char* append(char* to, Text text) noexcept;
char* append_number(char* to, unsigned long value) noexcept;
std::uint64_t hash(Text text, std::uint64_t seed) noexcept;

}  // namespace roar::tracer::preload
