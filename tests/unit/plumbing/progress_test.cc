#include "plumbing/progress.h"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "objects/base/fd.h"
#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr std::size_t kWide = 200;

TEST_CASE("progress says how much, how fast and how long", "[progress]") {
  const Amount amount{.files = 3, .all_files = 12, .bytes = 20 * kGiB, .all_bytes = 200 * kGiB};
  CHECK(progress_text({.verb = "hashing"}, amount, static_cast<double>(kGiB), kWide) ==
        "hashing 3 of 12 files · 20.0 GB of 200.0 GB · 1.0 GB/s · 3m 0s left");
  CHECK(progress_text({.verb = "hashing"}, amount, 0, kWide) ==
        "hashing 3 of 12 files · 20.0 GB of 200.0 GB");
  CHECK(progress_text({.verb = "importing", .unit = "job"},
                      {.files = 0, .all_files = 1, .bytes = 0, .all_bytes = 0}, 0,
                      kWide) == "importing 0 of 1 job");
  CHECK(progress_text({.verb = "importing", .unit = "job"},
                      {.files = 100, .all_files = 1000, .bytes = 0, .all_bytes = 0}, 30,
                      kWide) == "importing 100 of 1000 jobs · 30/s · 30s left");
}

TEST_CASE("the time left is told in two units", "[progress]") {
  const auto left = [](std::uint64_t bytes) {
    const std::string text = progress_text(
        {.verb = "x"}, {.files = 0, .all_files = 1, .bytes = 0, .all_bytes = bytes}, 1, kWide);
    return text.substr(text.rfind("· ") + 3);
  };
  CHECK(left(1) == "1s left");
  CHECK(left(59) == "59s left");
  CHECK(left(60) == "1m 0s left");
  CHECK(left(3599) == "59m 59s left");
  CHECK(left(3600) == "1h 0m left");
  CHECK(left(90000) == "1d 1h left");
  CHECK(left(std::uint64_t{1} << 60) == "long left");
}

TEST_CASE("more than was expected leaves nothing", "[progress]") {
  CHECK(progress_text({.verb = "x"}, {.files = 2, .all_files = 1, .bytes = 20, .all_bytes = 10}, 1,
                      kWide) == "x 2 of 1 file · 20 B of 10 B · 1 B/s · 0s left");
}

TEST_CASE("a narrow window gets the first parts", "[progress]") {
  const Amount amount{.files = 3, .all_files = 12, .bytes = 20 * kGiB, .all_bytes = 200 * kGiB};
  const auto at = [&](std::size_t columns) {
    return progress_text({.verb = "hashing"}, amount, static_cast<double>(kGiB), columns);
  };
  CHECK(at(56) == "hashing 3 of 12 files · 20.0 GB of 200.0 GB · 1.0 GB/s");
  CHECK(at(43) == "hashing 3 of 12 files · 20.0 GB of 200.0 GB");
  CHECK(at(42) == "hashing 3 of 12 files");
  CHECK(at(21) == "hashing 3 of 12 files");
  CHECK(at(20).empty());
}

TEST_CASE("nothing is drawn in a file", "[progress]") {
  const TempDir temp;
  const Fd file(::open((temp.path() / "err").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  {
    Progress progress(file.get(), {.verb = "hashing"});
    progress.show({.files = 1, .all_files = 2, .bytes = 1, .all_bytes = 2});
    progress.clear();
  }
  CHECK(::lseek(file.get(), 0, SEEK_END) == 0);
}

}  // namespace
}  // namespace roar::plumbing
