#include "plumbing/kept_contents.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "objects/base/hex.h"
#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

using tracer::wire::Fate;

class Kept {
 public:
  explicit Kept(std::uint64_t limit = kKeptLimit)
      : cache(dir.path() / "cache"), contents(cache, limit, false) {}

  // Opens the file, so that it can be kept after it is gone.
  std::pair<Fd, FileStamp> open(const std::string& name, const std::string& content) const {
    std::ofstream(dir.path() / name) << content;
    Fd fd(::open((dir.path() / name).c_str(), O_RDONLY | O_CLOEXEC));
    struct ::stat status {};
    REQUIRE(::fstat(fd.get(), &status) == 0);
    return {std::move(fd), stamp_of(status)};
  }
  std::string digest(const FileStamp& stamp) const {
    const CacheEntry* entry = contents.find(stamp);
    return entry == nullptr ? "" : entry->digests.at(0).digest;
  }

  TempDir dir;
  Cache cache;
  KeptContents contents;
};

std::string digest_in_hex(const std::string& content) {
  const std::string raw = digest_of(Algorithm::Blake3, content);
  return to_hex({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()});
}

const std::string kLarge(std::size_t{3} << 20, 'l');

}  // namespace

TEST_CASE("a kept version is known afterwards, whatever its ctime", "[kept]") {
  Kept kept;
  auto [fd, stamp] = kept.open("f", "old");
  CHECK(kept.contents.keep(fd.get(), stamp, Fate::Overwritten));
  std::ofstream(kept.dir.path() / "f") << "new";
  kept.contents.finish(nullptr);
  CHECK(kept.digest(stamp) == digest_in_hex("old"));
  stamp.changed.seconds += 1;
  CHECK(kept.digest(stamp) == digest_in_hex("old"));
  stamp.modified.seconds += 1;
  CHECK(kept.digest(stamp).empty());
}

TEST_CASE("what is larger than the limit is refused, unless only its name goes", "[kept]") {
  Kept kept(2);
  const auto [fd, stamp] = kept.open("f", kLarge);
  CHECK_FALSE(kept.contents.keep(fd.get(), stamp, Fate::Overwritten));
  const auto [small, small_stamp] = kept.open("g", "12");
  CHECK(kept.contents.keep(small.get(), small_stamp, Fate::Overwritten));
  CHECK(kept.contents.keep(fd.get(), stamp, Fate::NameLost));
  REQUIRE(::unlink((kept.dir.path() / "f").c_str()) == 0);
  kept.contents.finish(nullptr);
  CHECK(kept.digest(stamp) == digest_in_hex(kLarge));
}

TEST_CASE("a version that changes while it is hashed is not known", "[kept]") {
  Kept kept;
  auto [fd, stamp] = kept.open("f", "old");
  stamp.modified.seconds -= 1;
  CHECK_FALSE(kept.contents.keep(fd.get(), stamp, Fate::Overwritten));
  stamp.size += 1;
  CHECK_FALSE(kept.contents.keep(fd.get(), stamp, Fate::Overwritten));
  kept.contents.finish(nullptr);
  CHECK(kept.digest(stamp).empty());
}

TEST_CASE("what the cache knows is not read again", "[kept]") {
  Kept kept(0);
  auto [fd, stamp] = kept.open("f", "old");
  CHECK_FALSE(kept.contents.keep(fd.get(), stamp, Fate::Overwritten));
  const CacheEntry entry{stamp, {{Algorithm::Blake3, std::string(64, 'c')}}};
  const Timestamp later{stamp.changed.seconds + 10, 0};
  kept.cache.put({&entry, 1}, later);
  CHECK(kept.contents.keep(fd.get(), stamp, Fate::Overwritten));
  kept.contents.finish(nullptr);
  CHECK(kept.digest(stamp) == std::string(64, 'c'));
}

TEST_CASE("what was asked to stop is not finished", "[kept]") {
  Kept kept;
  const std::atomic<bool> stop{true};
  std::vector<std::pair<Fd, FileStamp>> files;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"})
    files.push_back(kept.open(name, std::string(std::size_t{20} << 20, name[0])));
  for (const auto& [fd, stamp] : files) CHECK(kept.contents.keep(fd.get(), stamp, Fate::NameLost));
  kept.contents.finish(&stop);
  int known = 0;
  for (const auto& [fd, stamp] : files) known += kept.digest(stamp).empty() ? 0 : 1;
  CHECK(known < 8);
}

}  // namespace roar::plumbing
