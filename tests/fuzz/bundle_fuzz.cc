// The reader of bundles. The input is the bytes of a bundle, or, with an "L" before them, its lines
// after the first one, which get a right digest and an empty pack.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/bundle.h"
#include "objects/pack_writer.h"
#include "objects/ref_name.h"
#include "plumbing/packs/bundle.h"
#include "tests/fuzz/byte_source.h"

namespace {

// What was accepted has one spelling.
void check_header(std::string_view bytes) {
  const roar::BundleReader reader(source_of(bytes));
  ROAR_ASSERT(bytes.starts_with(encode(reader.header())));
  for (const roar::BundleHead& head : reader.header().heads)
    ROAR_ASSERT(roar::is_ref_name(head.ref));
}

void check(std::string_view bytes) {
  try {
    check_header(bytes);
    roar::plumbing::verify_bundle(source_of(bytes), nullptr);
  } catch (const roar::Error& error) {
    ROAR_ASSERT(error.code() == roar::Errc::Corrupt || error.code() == roar::Errc::Unsupported);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!bytes.starts_with('L')) {
    check(bytes);
    return 0;
  }
  std::string bundle = "# roar bundle v1\n" + std::string(bytes.substr(1));
  if (!bundle.ends_with('\n')) bundle += '\n';
  bundle += "=" + roar::to_hex(roar::blake3_of(bundle)) + "\n\n";
  roar::PackWriter writer([&](std::string_view more) { bundle += more; });
  writer.finish();
  check(bundle);
  return 0;
}
