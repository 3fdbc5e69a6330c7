#include "objects/key.h"

#include "objects/base/error.h"
#include "objects/blake3.h"

namespace roar {
namespace {

constexpr unsigned kByteBits = 8;
constexpr unsigned kLengthBits = 7;
constexpr unsigned kNumberBits = 64;

[[noreturn]] void fail() {
  throw Error(Errc::Corrupt, "store is damaged: a key or value is too short");
}

}  // namespace

void append_number(std::string& out, std::uint64_t number, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) out += static_cast<char>(number >> (kByteBits * i));
}

std::uint64_t number_at(std::string_view bytes, std::size_t offset, std::size_t size) {
  if (offset + size > bytes.size()) fail();
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i)
    number = number << kByteBits | static_cast<unsigned char>(bytes[offset + i]);
  return number;
}

std::string number_key(std::uint64_t number) {
  std::string key;
  append_number(key, number, kNumberSize);
  return key;
}

void append_length(std::string& out, std::uint64_t length) {
  constexpr std::uint64_t kMore = 0x80;
  while (length >= kMore) {
    out += static_cast<char>(length | kMore);
    length >>= kLengthBits;
  }
  out += static_cast<char>(length);
}

std::uint64_t take_length(std::string_view& bytes) {
  std::uint64_t length = 0;
  for (unsigned shift = 0; shift < kNumberBits; shift += kLengthBits) {
    if (bytes.empty()) fail();
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    length |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return length;
  }
  fail();
}

std::string key_text(std::string_view text) {
  std::string key(text.substr(0, kKeyTextMax));
  if (text.size() <= kKeyTextMax) return key;
  const Blake3Digest digest = blake3_of(text);
  return key.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

}  // namespace roar
