// Any JSON: what is accepted has a canonical form that stands for the same, and what is canonical
// is accepted and stays as it is. With a libFuzzer driver (ROAR_FUZZ) or with replay.cc, which runs
// the corpus once.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/json_loose.h"

namespace {

std::optional<roar::json::Object> decoded(roar::json::Object (*decode)(std::string_view),
                                          std::string_view text) {
  try {
    return decode(text);
  } catch (const roar::Error& error) {
    ROAR_ASSERT(error.code() == roar::Errc::Corrupt);
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loose = decoded(roar::json::decode_loose, text);
  const auto strict = decoded(roar::json::decode, text);
  if (strict) ROAR_ASSERT(loose == strict);
  if (loose) {
    const std::string canonical = roar::json::encode(*loose);
    ROAR_ASSERT(roar::json::decode(canonical) == *loose);
    ROAR_ASSERT(strict.has_value() == (canonical == text));
  }
  return 0;
}
