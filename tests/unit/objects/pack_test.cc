#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/compression.h"
#include "objects/key.h"
#include "objects/pack_reader.h"
#include "objects/pack_writer.h"
#include "tests/unit/objects/code_of.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

ByteSource source_of(const std::string& bytes, std::size_t at_once = 7) {
  return [bytes, at_once, next = std::size_t{0}](char* to, std::size_t size) mutable {
    const std::size_t n = std::min({size, at_once, bytes.size() - next});
    std::memcpy(to, bytes.data() + next, n);
    next += n;
    return n;
  };
}

std::string pack_of(const std::vector<std::string>& blobs) {
  std::string bytes;
  PackWriter writer([&](std::string_view more) { bytes += more; });
  for (const std::string& blob : blobs) writer.add(ObjectType::Blob, blob);
  const PackSummary summary = writer.finish();
  CHECK(summary.bytes == bytes.size());
  CHECK(summary.objects == blobs.size());
  return bytes;
}

std::vector<std::string> read_all(const std::string& bytes, const PackReader::Limits& limits = {},
                                  std::size_t at_once = 1000) {
  PackReader reader(source_of(bytes, at_once), limits);
  std::vector<std::string> payloads;
  while (const auto object = reader.next()) {
    CHECK(object->id == object_id_of(object->type, object->payload));
    CHECK(reader.type_of(object->id) == object->type);
    payloads.push_back(object->payload);
  }
  CHECK(reader.summary().bytes == bytes.size());
  return payloads;
}

// A pack with these bytes in its frame, and a right digest.
std::string pack_with(std::string_view frame, std::uint64_t count,
                      std::string_view header = std::string_view("RPAK\1\1", 6)) {
  std::string bytes(header);
  CompressedStream stream;
  stream.add(frame, bytes);
  stream.finish(bytes);
  append_number(bytes, count, 8);
  const Blake3Digest digest = blake3_of(bytes);
  bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  return bytes;
}

Errc refusal_of(const std::string& bytes) {
  return code_of([&] { read_all(bytes); });
}

}  // namespace

TEST_CASE("a pack gives back what was put into it") {
  const std::vector<std::string> blobs{"",
                                       "a",
                                       std::string(127, 'b'),
                                       std::string(128, 'c'),
                                       std::string(70000, 'd'),
                                       std::string(kObjectSizeMax, 'e')};
  for (const std::size_t at_once : {std::size_t{1000}, std::size_t{1} << 20})
    CHECK(read_all(pack_of(blobs), {}, at_once) == blobs);
  CHECK(read_all(pack_of({})).empty());
  CHECK(read_all(pack_of({"x", "y"}), {}, 1) == std::vector<std::string>{"x", "y"});
}

TEST_CASE("the same objects give the same pack") {
  CHECK(pack_of({"a", "b"}) == pack_of({"a", "b"}));
}

TEST_CASE("a pack that was cut off is refused wherever it was") {
  const std::string whole = pack_of({"one", std::string(300, 'x'), "two"});
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(refusal_of(whole.substr(0, size)) == Errc::Corrupt);
}

TEST_CASE("a pack with any bit flipped is refused") {
  const std::string whole = pack_of({"one", std::string(300, 'x'), "two"});
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    const auto byte = static_cast<unsigned char>(flipped[bit / 8]);
    flipped[bit / 8] = static_cast<char>(byte ^ (1U << bit % 8));
    const Errc code = refusal_of(flipped);
    CHECK((code == Errc::Corrupt || code == Errc::Unsupported));
  }
}

TEST_CASE("what follows a pack is refused") {
  CHECK(refusal_of(pack_of({"one"}) + "x") == Errc::Corrupt);
  CHECK(refusal_of(pack_of({"one"}) + pack_of({"two"})) == Errc::Corrupt);
}

TEST_CASE("no length is believed") {
  const std::string blob("\2", 1);
  for (const std::string_view size :
       {"\x81\x80\x80\x08", "\x80\x80\x80\x80\x10", "\xff\xff\xff\xff\x0f",
        "\x80\x80\x80\x80\x80\x01", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"})
    CHECK(refusal_of(pack_with(blob + std::string(size), 1)) == Errc::Unsupported);
  // 2^64 + 1 would be 1 in 64 bits.
  CHECK(refusal_of(pack_with(blob + "\x81\x80\x80\x80\x80\x80\x80\x80\x80\x02" + "x", 1)) ==
        Errc::Unsupported);
  // 16 MiB are announced, and three bytes are there.
  CHECK(refusal_of(pack_with(blob + "\x80\x80\x80\x08" + "abc", 1)) == Errc::Corrupt);
  // One more byte than the length needs.
  CHECK(refusal_of(pack_with(blob + std::string("\x81\x00x", 3), 1)) == Errc::Corrupt);
  CHECK(read_all(pack_with(blob + "\1x", 1)) == std::vector<std::string>{"x"});
}

TEST_CASE("the number of objects must be right") {
  const std::string frame("\2\1x", 3);
  for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{1} << 32U,
                                    std::numeric_limits<std::uint64_t>::max()})
    CHECK(refusal_of(pack_with(frame, count)) == Errc::Corrupt);
}

TEST_CASE("an object comes once") {
  CHECK(refusal_of(pack_with(std::string("\2\1x\2\1x", 6), 2)) == Errc::Corrupt);
}

TEST_CASE("a pack of an unknown kind is refused as such") {
  const std::string frame("\2\1x", 3);
  CHECK(refusal_of(pack_with(frame, 1, std::string_view("RPAK\2\1", 6))) == Errc::Unsupported);
  CHECK(refusal_of(pack_with(frame, 1, std::string_view("RPAK\1\2", 6))) == Errc::Unsupported);
  CHECK(refusal_of(pack_with(frame, 1, std::string_view("PACK\1\1", 6))) == Errc::Corrupt);
  CHECK(refusal_of(pack_with(std::string("\x63\1x", 3), 1)) == Errc::Unsupported);
  CHECK(refusal_of(pack_with(std::string("\0\1x", 3), 1)) == Errc::Corrupt);
}

TEST_CASE("limits hold for the whole and for each object") {
  const std::string whole = pack_of({"one", "twenty"});
  CHECK(read_all(whole, {.bytes = whole.size()}).size() == 2);
  CHECK(code_of([&] { read_all(whole, {.bytes = whole.size() - 1}); }) == Errc::Unsupported);
  CHECK(read_all(whole, {.object_bytes = 6}).size() == 2);
  CHECK(code_of([&] { read_all(whole, {.object_bytes = 5}); }) == Errc::Unsupported);
}

TEST_CASE("a frame with too large a window is refused") {
  // Descriptor without anything, window of 16 MiB, then one last raw block of three bytes.
  std::string bytes("RPAK\1\1\x28\xb5\x2f\xfd\x00\x70\x19\x00\x00\2\1x", 18);
  append_number(bytes, 1, 8);
  const Blake3Digest digest = blake3_of(bytes);
  bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  CHECK(refusal_of(bytes) == Errc::Corrupt);
  bytes.replace(6 + 5, 1, "\x68");  // 8 MiB
  bytes.resize(18);
  append_number(bytes, 1, 8);
  const Blake3Digest right = blake3_of(bytes);
  bytes.append(reinterpret_cast<const char*>(right.data()), right.size());
  CHECK(read_all(bytes) == std::vector<std::string>{"x"});
}

TEST_CASE("a second frame is not read as part of the first") {
  std::string bytes("RPAK\1\1", 6);
  for (const char letter : {'x', 'y'}) {
    CompressedStream stream;
    stream.add(std::string("\2\1", 2) + letter, bytes);
    stream.finish(bytes);
  }
  append_number(bytes, 2, 8);
  const Blake3Digest digest = blake3_of(bytes);
  bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  CHECK(refusal_of(bytes) == Errc::Corrupt);
}
