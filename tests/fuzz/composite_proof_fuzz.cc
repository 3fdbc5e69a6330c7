// The reader of proofs. What it accepts says of every file that it is a component with a digest.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "objects/base/error.h"
#include "plumbing/composite/proof.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto proof = roar::plumbing::check_proof(text);
    ROAR_ASSERT(!proof.files.empty());
    for (const auto& file : proof.files) {
      ROAR_ASSERT(!file.path.empty());
      ROAR_ASSERT(!file.component.digest.empty());
    }
  } catch (const roar::Error& error) {
    ROAR_ASSERT(error.code() == roar::Errc::Corrupt || error.code() == roar::Errc::Unsupported);
  }
  return 0;
}
