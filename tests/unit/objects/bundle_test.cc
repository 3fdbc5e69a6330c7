#include "objects/bundle.h"

#include <catch2/catch.hpp>
#include <string>

#include "objects/base/error.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "objects/pack_reader.h"
#include "objects/pack_writer.h"
#include "tests/unit/objects/code_of.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

ByteSource source_of(std::string bytes, std::size_t at_once = 5) {
  return [bytes = std::move(bytes), at_once, next = std::size_t{0}](char* to,
                                                                    std::size_t size) mutable {
    const std::size_t n = bytes.copy(to, std::min(size, at_once), next);
    next += n;
    return n;
  };
}

ObjectId id(char letter) {
  return object_id_of(ObjectType::Blob, std::string(1, letter));
}

const std::string kSession = "refs/sessions/" + std::string(32, 'a');

std::string small_bundle() {
  BundleHeader header;
  header.prerequisites = {id('p')};
  header.heads = {{"HEAD", id('x')}, {kSession, id('x')}};
  std::string bytes = encode(header);
  PackWriter writer([&](std::string_view more) { bytes += more; });
  writer.add(ObjectType::Blob, "x");
  writer.finish();
  return bytes;
}

// The number of objects.
std::size_t read_all(const std::string& bytes) {
  BundleReader bundle(source_of(bytes, 100));
  PackReader pack(bundle.pack());
  std::size_t objects = 0;
  while (pack.next()) ++objects;
  return objects;
}

Errc refusal_of(const std::string& bytes) {
  return code_of([&] { read_all(bytes); });
}

// These lines with a right digest after them.
std::string sealed(const std::string& lines) {
  return lines + "=" + to_hex(blake3_of(lines)) + "\n\n";
}

Errc refusal_of_lines(const std::string& lines) {
  return code_of([&] { BundleReader(source_of(sealed("# roar bundle v1\n" + lines))); });
}

}  // namespace

TEST_CASE("a bundle gives back what was put into it") {
  BundleReader bundle(source_of(small_bundle()));
  CHECK(bundle.header().prerequisites == std::vector{id('p')});
  CHECK(bundle.header().heads == std::vector<BundleHead>{{"HEAD", id('x')}, {kSession, id('x')}});
  PackReader pack(bundle.pack());
  CHECK(pack.next().value().payload == "x");
  CHECK_FALSE(pack.next());
}

TEST_CASE("a bundle that was cut off is refused wherever it was") {
  const std::string whole = small_bundle();
  CHECK(read_all(whole) == 1);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(refusal_of(whole.substr(0, size)) == Errc::Corrupt);
  CHECK(refusal_of(whole + "\n") == Errc::Corrupt);
}

TEST_CASE("a bundle with any bit flipped is refused") {
  const std::string whole = small_bundle();
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    const auto byte = static_cast<unsigned char>(flipped[bit / 8]);
    flipped[bit / 8] = static_cast<char>(byte ^ (1U << bit % 8));
    const Errc code = refusal_of(flipped);
    CHECK((code == Errc::Corrupt || code == Errc::Unsupported));
  }
}

TEST_CASE("lines of a bundle have one form and one order") {
  const std::string low(64, '1');
  const std::string high(64, '2');
  CHECK_NOTHROW(BundleReader(
      source_of(sealed("# roar bundle v1\n-" + low + "\n-" + high + "\n" + high + " HEAD\n"))));
  for (const std::string& lines :
       {"-" + high + "\n-" + low + "\n", "-" + low + "\n-" + low + "\n",
        low + " HEAD\n-" + low + "\n", low + " refs/b\n" + low + " refs/a\n",
        low + " refs/a\n" + low + " refs/a\n", low + " refs/a..b\n", low + " x\n", low + "\n",
        low + "  HEAD\n", low + " HEAD \n", "-" + low + " \n", "-" + low.substr(1) + "\n",
        std::string(64, 'A') + " HEAD\n", std::string("\n"), std::string("-\n"),
        low + " refs/" + std::string(400, 'a') + "\n", std::string(5000, 'a')})
    CHECK(refusal_of_lines(lines) == Errc::Corrupt);
}

TEST_CASE("a file of a store is recognized and not taken for a bundle") {
  std::string page(4096, '\0');
  page.replace(16, 4, "\xde\xc0\xef\xbe");
  try {
    BundleReader(source_of(page));
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::Corrupt);
    CHECK(std::string(error.what()).find("LMDB") != std::string::npos);
  }
}
