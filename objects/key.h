#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// How keys and values of the store's tables are put together. Numbers are big-endian, so that the
// order of bytes is the order of numbers.

namespace roar {

// Appends a number with the given size in bytes.
void append_number(std::string& out, std::uint64_t number, std::size_t size);
// The number in `size` bytes at `offset`. Throws Errc::Corrupt if they are not there.
std::uint64_t number_at(std::string_view bytes, std::size_t offset, std::size_t size);

inline constexpr std::size_t kNumberSize = 8;
std::string number_key(std::uint64_t number);  // eight bytes

// A length in as few bytes as it needs: seven bits each, lowest first.
void append_length(std::string& out, std::uint64_t length);
// Takes it off the front. Throws Errc::Corrupt if there is none.
std::uint64_t take_length(std::string_view& bytes);

// A byte string as part of a key. Keys have a limit, so what is longer than kKeyTextMax becomes its
// first kKeyTextMax bytes and the BLAKE3 digest of the whole.
inline constexpr std::size_t kKeyTextMax = 400;
std::string key_text(std::string_view text);

}  // namespace roar
