#include "objects/digest_key.h"

#include <span>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/fields.h"
#include "objects/key.h"

namespace roar {
namespace {

constexpr char kHexForm = 1;
constexpr char kTextForm = 2;

std::string start_of(std::string_view algorithm, char form) {
  std::string key(algorithm);
  key += '\0';
  key += form;
  return key;
}

bool is_hex_form(std::string_view digest) noexcept {
  return !digest.empty() && digest.size() % 2 == 0 && digest.size() <= kKeyTextMax &&
         is_lower_hex(digest, digest.size());
}

}  // namespace

DigestKey digest_key(std::string_view algorithm, std::string_view digest, std::uint64_t artifact) {
  DigestKey result;
  if (is_hex_form(digest)) {
    result.key = start_of(algorithm, kHexForm) + *bytes_from_hex(digest);
  } else {
    result.key = start_of(algorithm, kTextForm) + key_text(digest);
    if (digest.size() > kKeyTextMax) result.value = digest;
  }
  result.key += number_key(artifact);
  return result;
}

ParsedDigestKey parse_digest_key(std::string_view key, std::string_view value) {
  const std::size_t name_end = key.find('\0');
  if (name_end == std::string_view::npos || key.size() < name_end + 2 + kNumberSize)
    throw Error(Errc::Corrupt, "store is damaged: the index of digests has a wrong key");
  const std::string_view digest = key.substr(name_end + 2, key.size() - name_end - 2 - kNumberSize);
  ParsedDigestKey parsed;
  parsed.algorithm = key.substr(0, name_end);
  parsed.artifact = number_at(key, key.size() - kNumberSize, kNumberSize);
  if (key[name_end + 1] == kHexForm) {
    parsed.digest =
        to_hex(std::span(reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()));
  } else {
    parsed.digest = value.empty() ? digest : value;
  }
  return parsed;
}

std::string lowest_hex_key(std::string_view algorithm, std::string_view prefix) {
  std::string digits(prefix);
  if (digits.size() % 2 != 0) digits += '0';
  return start_of(algorithm, kHexForm) + bytes_from_hex(digits).value_or("");
}

std::string lowest_text_key(std::string_view algorithm, std::string_view prefix) {
  return start_of(algorithm, kTextForm) + std::string(prefix.substr(0, kKeyTextMax));
}

std::string path_prefix(std::string_view path) {
  return key_text(path) + '\0';
}

}  // namespace roar
