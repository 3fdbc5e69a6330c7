// The reader of packs, and the checks of the objects in one. The input is the bytes of a pack, or,
// with an "F" and the number of objects before them (a digit), those of its frame, which get a
// right header and digest.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "objects/base/error.h"
#include "objects/compression.h"
#include "objects/key.h"
#include "objects/pack_reader.h"
#include "objects/pack_writer.h"
#include "plumbing/packs/verify_pack.h"
#include "tests/fuzz/byte_source.h"

namespace {

std::string pack_around(std::string_view frame, std::uint64_t count) {
  std::string pack("RPAK\1\1", 6);
  roar::CompressedStream stream;
  stream.add(frame, pack);
  stream.finish(pack);
  roar::append_number(pack, count, 8);
  const roar::Blake3Digest digest = roar::blake3_of(pack);
  pack.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  return pack;
}

// What was accepted, written again, has the same objects.
void check(std::string_view pack) {
  std::string again;
  roar::PackWriter writer([&](std::string_view bytes) { again += bytes; });
  try {
    roar::PackReader::Limits limits;
    limits.object_bytes = std::uint64_t{1} << 20U;  // the fuzzer's memory is limited
    const auto first = roar::plumbing::verify_pack(
        source_of(pack), limits,
        [&](const roar::PackedObject& object) { writer.add(object.type, object.payload); });
    writer.finish();
    const auto second = roar::plumbing::verify_pack(source_of(again), limits, {});
    ROAR_ASSERT(first.summary.objects == second.summary.objects);
    ROAR_ASSERT(first.summary.payload_bytes == second.summary.payload_bytes);
    ROAR_ASSERT(first.outside == second.outside);
  } catch (const roar::Error& error) {
    ROAR_ASSERT(error.code() == roar::Errc::Corrupt || error.code() == roar::Errc::Unsupported);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!bytes.starts_with('F')) {
    check(bytes);
    return 0;
  }
  if (size > 1) check(pack_around(bytes.substr(2), data[1] - std::uint64_t{'0'}));
  return 0;
}
