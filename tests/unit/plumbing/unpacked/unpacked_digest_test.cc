#include "plumbing/unpacked/unpacked_digest.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <string_view>

#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

// What `echo data | gzip -n` prints.
constexpr std::string_view kGzip{
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x49\x2c\x49\xe4\x02\x00\x82\xc5\xc1\xe6\x05\x00"
    "\x00\x00",
    25};

}  // namespace

TEST_CASE("what is compressed has the digest of what it holds, until it is stopped", "[unpacked]") {
  const TempDir dir;
  const auto file = dir.path() / "data.gz";
  std::ofstream(file) << kGzip;
  CHECK(unpacked_digest(file) == to_hex(blake3_of("data\n")));
  const std::atomic<bool> stop = true;
  CHECK(unpacked_digest(file, &stop) == std::nullopt);
  CHECK(unpacked_digest(dir.path() / "missing") == std::nullopt);
}

}  // namespace roar::plumbing
