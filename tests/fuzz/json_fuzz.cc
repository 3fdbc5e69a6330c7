// Canonical JSON: whatever is accepted is written back as the same bytes. With a libFuzzer driver
// (ROAR_FUZZ) or with json_fuzz_replay.cc, which runs the corpus once.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/object_id.h"
#include "objects/validate.h"

namespace {

// No payload makes a decoder do anything but accept or refuse it.
void check_types(std::string_view text) {
  for (int number = 1; number <= 8; ++number) {
    try {
      roar::check_payload(static_cast<roar::ObjectType>(number), text);
    } catch (const roar::Error& error) {
      ROAR_ASSERT(error.code() == roar::Errc::Corrupt || error.code() == roar::Errc::Unsupported);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_types(text);
  try {
    ROAR_ASSERT(roar::json::encode(roar::json::decode(text)) == text);
  } catch (const roar::Error& error) {
    ROAR_ASSERT(error.code() == roar::Errc::Corrupt);
  }
  return 0;
}
