#include "plumbing/idle_hasher.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "plumbing/early_hashes.h"
#include "plumbing/resident_file.h"
#include "plumbing/spare_time.h"
#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

using tracer::LargeInput;

// A directory that this process keeps busy, as that of a job.
class Here {
 public:
  Here() : before_(std::filesystem::current_path()) { std::filesystem::current_path(dir_.path()); }
  ~Here() { std::filesystem::current_path(before_); }
  Here(const Here&) = delete;
  Here& operator=(const Here&) = delete;

  LargeInput file(const std::string& name, const std::string& content) const {
    std::ofstream(dir_.path() / name) << content;
    return named(name);
  }
  LargeInput named(const std::string& name) const {
    struct ::stat status {};
    REQUIRE(::stat((dir_.path() / name).c_str(), &status) == 0);
    return {dir_.path() / name, stamp_of(status)};
  }
  std::filesystem::path path() const { return dir_.path(); }

 private:
  TempDir dir_;
  std::filesystem::path before_;
};

// Whether the clock that stamps are taken from has moved on by more than any tick of it since.
bool is_settled(const FileStamp& stamp) {
  constexpr std::int64_t kTicks = 20'000'000;
  return nanoseconds_between(stamp.changed, Timestamp::now()) > kTicks;
}

// What does not end within two minutes on a busy machine is a failure.
template <typename Condition>
bool wait_until(const Condition& condition) {
  for (int i = 0; i < 12'000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::vector<IdleHasher::Result> all_of(IdleHasher& hasher) {
  std::vector<IdleHasher::Result> all;
  wait_until([&] {
    for (auto& result : hasher.take()) all.push_back(std::move(result));
    return hasher.pending() == 0;
  });
  return all;
}

std::string content_of_pieces(std::size_t pieces) {
  std::string content(pieces * kBlake3PieceSize, 'c');
  for (std::size_t i = 0; i < content.size(); i += 4096)
    content.replace(i, 8, std::to_string(10'000'000 + i / 4096));
  return content;
}

}  // namespace

TEST_CASE("idle hashing comes to what hashing comes to", "[idle]") {
  const Here here;
  IdleHasher hasher;
  const std::size_t piece = kBlake3PieceSize;
  for (const std::size_t size : {std::size_t{1}, piece - 1, piece, piece + 1, 5 * piece}) {
    const std::string content = content_of_pieces(6).substr(0, size);
    const LargeInput input = here.file("f" + std::to_string(size), content);
    REQUIRE(hasher.offer(input));
    const auto results = all_of(hasher);
    REQUIRE(results.size() == 1);
    CHECK(results[0].stamp == input.stamp);
    CHECK(results[0].digest == to_hex(blake3_of(content)));
  }
}

TEST_CASE("idle hashing drops what is not, or no longer, the version", "[idle]") {
  const Here here;
  IdleHasher hasher;
  LargeInput other = here.file("f", "content");
  other.stamp.changed.seconds -= 1;
  CHECK(hasher.offer(other));
  LargeInput gone = here.file("g", "content");
  std::filesystem::remove(gone.path);
  CHECK(hasher.offer(gone));
  CHECK(all_of(hasher).empty());
  CHECK(hasher.pending() == 0);
  CHECK_FALSE(hasher.offer(LargeInput{"/dev/null", FileStamp{}}));
}

TEST_CASE("a pipe or a directory in place of the file is not opened", "[idle]") {
  const Here here;
  REQUIRE(::mkfifo((here.path() / "pipe").c_str(), 0600) == 0);
  CHECK_FALSE(ResidentFile(here.named("pipe")));
  CHECK_FALSE(ResidentFile(LargeInput{here.path(), here.named(".").stamp}));
  CHECK(ResidentFile(here.file("f", "content")));
}

TEST_CASE("a version that is written to is not the same any more", "[idle]") {
  const Here here;
  const LargeInput input = here.file("f", "content");
  const ResidentFile file(input);
  REQUIRE(file);
  CHECK(file.is_unchanged());
  std::ofstream(input.path, std::ios::app) << "more";
  CHECK_FALSE(file.is_unchanged());
}

TEST_CASE("what is not in memory is not read, and the rest is kept", "[idle]") {
  const Here here;
  constexpr std::size_t kThere = 40;
  here.file("f", content_of_pieces(kThere));
  REQUIRE(::truncate((here.path() / "f").c_str(), off_t{1} << 30) == 0);
  const LargeInput input = here.named("f");
  std::string buffer(kBlake3PieceSize, '\0');
  CHECK(ResidentFile(input).read(0, buffer.size(), buffer.data()));
  CHECK_FALSE(ResidentFile(input).read(kThere * kBlake3PieceSize, buffer.size(), buffer.data()));

  IdleHasher hasher;
  REQUIRE(hasher.offer(input));
  REQUIRE(hasher.offer(here.file("g", "content")));
  std::vector<IdleHasher::Result> results;
  REQUIRE(wait_until([&] {
    for (auto& result : hasher.take()) results.push_back(std::move(result));
    return !results.empty();
  }));
  CHECK(results[0].digest == to_hex(blake3_of("content")));
  results = hasher.stop(std::chrono::minutes(2));
  REQUIRE(results.size() == 1);  // visited before the other one
  CHECK(results[0].digest.empty());
  const auto state = Blake3::from_state(results[0].state);
  REQUIRE(state);
  CHECK(state->second == kThere);
  CHECK_FALSE(hasher.offer(input));
}

TEST_CASE("more than there is room for is not taken", "[idle]") {
  const Here here;
  here.file("f", "");
  REQUIRE(::truncate((here.path() / "f").c_str(), off_t{1} << 30) == 0);
  const LargeInput never = here.named("f");  // in memory
  IdleHasher hasher;
  std::size_t taken = 0;
  while (taken < 10'000 && hasher.offer(never)) ++taken;
  CHECK(taken == hasher.pending());
  CHECK(taken < 10'000);
}

TEST_CASE("early hashes are in the cache while others are awaited", "[idle]") {
  const Here here;
  Cache cache(here.path() / "cache");
  EarlyHashes early(cache);
  const std::string content = content_of_pieces(3);
  LargeInput input = here.file("f", content);
  // Older than a tick of the clock: else nobody would know that this is what was hashed.
  timespec times[2] = {{1'000'000'000, 0}, {1'000'000'000, 0}};
  REQUIRE(::utimensat(AT_FDCWD, input.path.c_str(), times, 0) == 0);
  input = here.named("f");
  while (!is_settled(input.stamp)) continue;
  early.expect({input, {"/nowhere/f", input.stamp}});
  const auto found = [&] { return cache.find({&input.stamp, 1}).front(); };
  if (has_spare_time()) {
    REQUIRE(wait_until([&] { return found().has_value(); }));
    CHECK(found()->digests.at(0).digest == to_hex(blake3_of(content)));
  }
  early.stop();
  CHECK(found().has_value() == has_spare_time());
  early.expect({input});
}

}  // namespace roar::plumbing
