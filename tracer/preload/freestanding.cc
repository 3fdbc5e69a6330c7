#include "tracer/preload/freestanding.h"

#include <emmintrin.h>

// The compiler may call these for any assignment. Ours are hidden: libc's could be a sanitizer's.
extern "C" {
void* memcpy(void* to, const void* from, std::size_t size) {
  void* result = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
  return result;
}

void* memset(void* to, int byte, std::size_t size) {
  void* result = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
  return result;
}
}

namespace roar::tracer::preload {
namespace {

std::uint64_t load_word(const char* bytes) noexcept {
  std::uint64_t word;
  __builtin_memcpy(&word, bytes, sizeof(word));
  return word;
}

}  // namespace

// Sixteen aligned bytes at a time: may read past the string, never past its page.
__attribute__((no_sanitize_address)) std::size_t length_of(const char* string) noexcept {
  const std::size_t offset = reinterpret_cast<std::uintptr_t>(string) & 15;
  const auto* block = reinterpret_cast<const __m128i*>(string - offset);
  const __m128i zero = _mm_setzero_si128();
  auto found =
      static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_load_si128(block), zero)));
  found >>= offset;
  if (found != 0) return static_cast<std::size_t>(__builtin_ctz(found));
  while (true) {
    ++block;
    found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_load_si128(block), zero)));
    if (found != 0)
      return static_cast<std::size_t>(reinterpret_cast<const char*>(block) - string) +
             static_cast<std::size_t>(__builtin_ctz(found));
  }
}

bool equal(const char* left, const char* right, std::size_t size) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8)
    if (load_word(left + i) != load_word(right + i)) return false;
  for (; i < size; ++i)
    if (left[i] != right[i]) return false;
  return true;
}

bool starts_with(const char* string, Text prefix) noexcept {
  for (std::size_t i = 0; i < prefix.size; ++i)
    if (string[i] != prefix.bytes[i]) return false;
  return true;
}

std::size_t find(Text whole, Text part) noexcept {
  for (std::size_t i = 0; i + part.size <= whole.size; ++i)
    if (equal(whole.bytes + i, part.bytes, part.size)) return i;
  return whole.size;
}

char* append(char* to, Text text) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= text.size; i += 8) __builtin_memcpy(to + i, text.bytes + i, 8);
  for (; i < text.size; ++i) to[i] = text.bytes[i];
  return to + text.size;
}

char* append_number(char* to, unsigned long value) noexcept {
  char digits[20];
  std::size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (count > 0) *to++ = digits[--count];
  return to;
}

std::uint64_t hash(Text text, std::uint64_t seed) noexcept {
  constexpr std::uint64_t kMultiplier = 0x9e37'79b9'7f4a'7c15;
  std::uint64_t value = seed + text.size;
  std::size_t i = 0;
  for (; i + 8 <= text.size; i += 8) {
    value = (value ^ load_word(text.bytes + i)) * kMultiplier;
    value ^= value >> 29;
  }
  for (; i < text.size; ++i)
    value = (value ^ static_cast<unsigned char>(text.bytes[i])) * kMultiplier;
  value ^= value >> 32;
  return value * kMultiplier;
}

}  // namespace roar::tracer::preload
