#include "objects/cache.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <fstream>

#include "objects/base/file.h"
#include "tests/unit/temp_dir.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

constexpr Timestamp kWritten{1'700'000'000, 123};
constexpr Timestamp kLater{1'700'000'010, 0};

FileStamp stamp_at(std::uint64_t inode) {
  return {.device = 1, .inode = inode, .size = 5, .modified = kWritten, .changed = kWritten};
}

CacheEntry entry_at(std::uint64_t inode, Algorithm algorithm = Algorithm::Blake3) {
  return {stamp_at(inode), {{algorithm, std::string(64, 'a')}}};
}

void put(Cache& cache, const CacheEntry& entry, Timestamp hashed_at = kLater) {
  const std::array entries = {entry};
  cache.put(entries, hashed_at);
}

std::optional<CacheEntry> find(const Cache& cache, const FileStamp& stamp) {
  const std::array stamps = {stamp};
  return cache.find(stamps).at(0);
}

}  // namespace

TEST_CASE("digests are found by exactly their stamp", "[cache]") {
  const TempDir temp;
  {
    Cache cache(temp.path() / "cache");
    CHECK_FALSE(find(cache, stamp_at(1)));
    put(cache, entry_at(1));
    CHECK(find(cache, stamp_at(1))->digests.at(0).digest == std::string(64, 'a'));
  }
  const Cache cache(temp.path() / "cache");
  CHECK(find(cache, stamp_at(1)));
  CHECK_FALSE(find(cache, stamp_at(2)));
  FileStamp other = stamp_at(1);
  SECTION("size") {
    other.size = 6;
  }
  SECTION("modified") {
    other.modified.nanoseconds = 124;
  }
  SECTION("changed") {
    other.changed.seconds += 1;
  }
  SECTION("device") {
    other.device = 2;
  }
  CHECK_FALSE(find(cache, other));
}

TEST_CASE("digests of one version add up, and those of an older version go", "[cache]") {
  const TempDir temp;
  Cache cache(temp.path() / "cache");
  put(cache, entry_at(1, Algorithm::Blake3));
  put(cache, entry_at(1, Algorithm::Sha256));
  CHECK(find(cache, stamp_at(1))->digests.size() == 2);
  CacheEntry newer = entry_at(1);
  newer.stamp.size = 6;
  put(cache, newer);
  CHECK_FALSE(find(cache, stamp_at(1)));
  CHECK(find(cache, newer.stamp)->digests.size() == 1);
}

TEST_CASE("a file that was written just before it was hashed is not believed", "[cache]") {
  const TempDir temp;
  Cache cache(temp.path() / "cache");
  CacheEntry entry = entry_at(1);
  SECTION("in the same tick") {
    put(cache, entry, {kWritten.seconds, kWritten.nanoseconds + 1'000'000});
    CHECK_FALSE(find(cache, entry.stamp));
  }
  SECTION("after the clock was set back") {
    put(cache, entry, {kWritten.seconds - 100, 0});
    CHECK_FALSE(find(cache, entry.stamp));
  }
  SECTION("modified long ago, but changed now") {
    entry.stamp.changed = kLater;
    put(cache, entry, kLater);
    CHECK_FALSE(find(cache, entry.stamp));
  }
  SECTION("a second before, which is enough") {
    put(cache, entry, {kWritten.seconds + 1, kWritten.nanoseconds});
    CHECK(find(cache, entry.stamp));
  }
  SECTION("a second before, on a file system that keeps whole seconds") {
    entry.stamp.modified.nanoseconds = entry.stamp.changed.nanoseconds = 0;
    put(cache, entry, {kWritten.seconds + 1, 0});
    CHECK_FALSE(find(cache, entry.stamp));
    put(cache, entry, {kWritten.seconds + 3, 0});
    CHECK(find(cache, entry.stamp));
  }
}

TEST_CASE("small values are kept by name", "[cache]") {
  const TempDir temp;
  Cache cache(temp.path() / "cache");
  const std::string long_name(4000, 'n');
  const std::vector<std::pair<std::string, std::string>> values = {
      {"a", "1"}, {"b", ""}, {long_name, std::string("\0x", 2)}};
  cache.put_values(values);
  const std::vector<std::string> names = {"b", "c", long_name, "a"};
  const std::vector<std::optional<std::string>> found = cache.values(names);
  CHECK(found ==
        std::vector<std::optional<std::string>>{"", std::nullopt, std::string("\0x", 2), "1"});
}

TEST_CASE("what is known already is not written again", "[cache]") {
  const TempDir temp;
  Cache cache(temp.path() / "cache");
  put(cache, entry_at(1));
  const std::filesystem::path file = temp.path() / "cache" / "data.mdb";
  const std::string before = *read_file(file);
  put(cache, entry_at(1));
  CHECK(*read_file(file) == before);
  put(cache, entry_at(2));
  CHECK(*read_file(file) != before);
}

TEST_CASE("a cache is opened at its first use only", "[cache]") {
  const TempDir temp;
  Cache cache(temp.path() / "cache");
  cache.put({}, kLater);
  CHECK(cache.find({}).empty());
  CHECK_FALSE(file_exists(temp.path() / "cache"));
}

TEST_CASE("a damaged cache is thrown away", "[cache]") {
  const TempDir temp;
  const std::filesystem::path directory = temp.path() / "cache";
  {
    Cache cache(directory);
    for (std::uint64_t i = 0; i < 200; ++i) put(cache, entry_at(i));
  }
  const std::filesystem::path file = directory / "data.mdb";
  SECTION("cut off") {
    std::filesystem::resize_file(file, 9000);
  }
  SECTION("empty") {
    std::filesystem::resize_file(file, 0);
  }
  SECTION("something else") {
    std::ofstream(file) << std::string(100'000, 'x');
  }
  Cache cache(directory);
  CHECK_FALSE(find(cache, stamp_at(1)));
  put(cache, entry_at(1));
  CHECK(find(cache, stamp_at(1)));
  CHECK(std::distance(std::filesystem::directory_iterator(temp.path()), {}) == 1);
}

TEST_CASE("what is kept of a file is of one version", "[cache]") {
  const TempDir temp;
  Cache cache(temp.path() / "cache");
  const FileStamp stamp = stamp_at(1);
  FileStamp other = stamp;
  ++other.size;
  CHECK_FALSE(cache.find_partial(stamp));
  cache.keep_partial(stamp, "state", kLater);
  CHECK(cache.find_partial(stamp) == "state");
  CHECK_FALSE(cache.find_partial(other));
  CHECK_FALSE(cache.find_partial(stamp_at(2)));
  CHECK_FALSE(find(cache, stamp));  // it is no digest
  cache.keep_partial(other, "", kLater);
  CHECK(cache.find_partial(other) == "");
  CHECK_FALSE(cache.find_partial(stamp));
  // Begun in the tick in which the file was changed.
  const FileStamp young = stamp_at(3);
  cache.keep_partial(young, "state", young.changed);
  CHECK_FALSE(cache.find_partial(young));
}

TEST_CASE("without a place for it, a cache is empty and stays so", "[cache]") {
  const TempDir temp;
  std::ofstream(temp.path() / "file") << "x";
  Cache cache(temp.path() / "file" / "cache");
  put(cache, entry_at(1));
  CHECK_FALSE(find(cache, stamp_at(1)));
}

TEST_CASE("64 processes share a cache", "[cache]") {
  const TempDir temp;
  std::vector<pid_t> children;
  for (std::uint64_t i = 1; i <= 64; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      Cache cache(temp.path() / "cache");
      put(cache, entry_at(i));
      ::_exit(find(cache, stamp_at(i)) ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  const Cache cache(temp.path() / "cache");
  for (std::uint64_t i = 1; i <= 64; ++i) CHECK(find(cache, stamp_at(i)));
}
