#include "tracer/versions.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/temp_dir.h"
#include "tracer/keep_service.h"
#include "tracer/log.h"

namespace roar::tracer {
namespace {

using wire::Fate;

// Remembers what it was asked.
class Witness final : public Keeper {
 public:
  bool keep(int descriptor, const FileStamp& stamp, Fate fate) noexcept override {
    char first = '\0';
    if (::pread(descriptor, &first, 1, 0) != 1) return false;
    asked +=
        std::string(1, first) + std::to_string(stamp.size) + (fate == Fate::NameLost ? "n " : "o ");
    return first != 'x';
  }
  std::string asked;
};

// Takes its time, as one that hashes does.
class Slow final : public Keeper {
 public:
  bool keep(int /*descriptor*/, const FileStamp& /*stamp*/, Fate /*fate*/) noexcept override {
    constexpr timespec kTime{.tv_sec = 0, .tv_nsec = 6'000'000};
    ::nanosleep(&kTime, nullptr);
    return true;
  }
};

class Asking {
 public:
  Asking() { log_.header().keeper = 1; }

  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(dir_.path() / name) << content;
    return dir_.path() / name;
  }
  bool ask(const std::string& path, Fate fate, std::uint64_t wrong_inode = 0) {
    struct ::stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    Versions::Request request(Versions(&log_.header()), status.st_dev, status.st_ino + wrong_inode,
                              fate);
    if (!request) return false;
    path.copy(request->path, path.size());
    request->path_length = static_cast<std::uint16_t>(path.size());
    return request.wait([] { return true; });
  }
  Log& log() { return log_; }

 private:
  TempDir dir_;
  Log log_;
};

}  // namespace

TEST_CASE("a version is endangered if the job has read it, once", "[tracer]") {
  Log log;
  Versions versions(&log.header());
  SECTION("unless nobody answers") {
    versions.read(1, 7);
    CHECK_FALSE(versions.endangered(1, 7, Fate::Overwritten, false));
  }
  log.header().keeper = 1;
  SECTION("read") {
    versions.read(1, 7);
    CHECK(versions.endangered(1, 7, Fate::Overwritten, false));
    CHECK_FALSE(versions.endangered(1, 7, Fate::Overwritten, false));
  }
  SECTION("not read") {
    versions.read(1, 7);
    CHECK_FALSE(versions.endangered(1, 8, Fate::Overwritten, false));
    CHECK_FALSE(versions.endangered(2, 7, Fate::Overwritten, false));
  }
  SECTION("a file that was to lose its name may still be overwritten") {
    versions.read(1, 7);
    CHECK(versions.endangered(1, 7, Fate::NameLost, false));
    CHECK_FALSE(versions.endangered(1, 7, Fate::NameLost, false));
    CHECK(versions.endangered(1, 7, Fate::Overwritten, false));
    CHECK_FALSE(versions.endangered(1, 7, Fate::NameLost, false));
  }
  SECTION("part of it stays") {
    CHECK(versions.endangered(1, 7, Fate::Overwritten, true));
    CHECK_FALSE(versions.endangered(1, 7, Fate::Overwritten, true));
  }
  SECTION("what the job wrote is its own, read or not") {
    versions.own(1, 7);
    versions.read(1, 7);
    CHECK_FALSE(versions.endangered(1, 7, Fate::Overwritten, false));
    CHECK_FALSE(versions.endangered(1, 7, Fate::Overwritten, true));
  }
  SECTION("a number used again is another file") {
    versions.own(1, 7);
    versions.gone(1, 7);
    versions.read(1, 7);
    CHECK(versions.endangered(1, 7, Fate::Overwritten, false));
  }
  SECTION("without a log, nothing") {
    Versions none(nullptr);
    none.read(1, 7);
    CHECK_FALSE(none.endangered(1, 7, Fate::Overwritten, true));
  }
}

TEST_CASE("more files than there is room for are all taken for read", "[tracer]") {
  Log log;
  log.header().keeper = 1;
  Versions versions(&log.header());
  constexpr std::uint64_t kFiles = 2 * wire::kFileWords;
  for (std::uint64_t inode = 1; inode <= kFiles; ++inode) versions.read(1, inode);
  std::uint64_t missed = 0;
  for (std::uint64_t inode = 1; inode <= kFiles; ++inode)
    if (!versions.endangered(1, inode, Fate::Overwritten, false)) ++missed;
  CHECK(missed == 0);
}

TEST_CASE("files that are gone make room", "[tracer]") {
  Log log;
  log.header().keeper = 1;
  Versions versions(&log.header());
  for (std::uint64_t inode = 1; inode <= 20 * wire::kFileWords; ++inode) {
    versions.own(1, inode);
    versions.gone(1, inode);
  }
  versions.own(1, 7);
  CHECK_FALSE(versions.endangered(1, 7, Fate::Overwritten, false));
}

TEST_CASE("requests are answered while the service lives", "[tracer]") {
  Asking asking;
  const std::string a = asking.file("a", "aaa");
  const std::string x = asking.file("x", "x");
  Witness witness;
  {
    KeepService service(asking.log(), witness);
    service.serve();
    CHECK(asking.ask(a, Fate::Overwritten));
    CHECK_FALSE(asking.ask(x, Fate::NameLost));
    CHECK_FALSE(asking.ask(a, Fate::Overwritten, 1));  // another file
    CHECK_FALSE(asking.ask("/dev/null", Fate::Overwritten));
    CHECK_FALSE(asking.ask("/proc/self/status", Fate::Overwritten));
  }
  CHECK(witness.asked == "a3o x1n ");
  Versions versions(&asking.log().header());
  versions.read(1, 7);
  CHECK_FALSE(versions.endangered(1, 7, Fate::Overwritten, false));
  CHECK_FALSE(asking.ask(a, Fate::Overwritten));
}

TEST_CASE("many may ask at once, from several processes", "[tracer]") {
  Asking asking;
  const std::string a = asking.file("a", "aaa");
  Witness witness;
  KeepService service(asking.log(), witness);
  const pid_t child = ::fork();
  if (child == 0) {
    int failures = 0;
    for (int i = 0; i < 100; ++i) failures += asking.ask(a, Fate::Overwritten) ? 0 : 1;
    ::_exit(failures);
  }
  service.serve();
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 25; ++j) failures += asking.ask(a, Fate::Overwritten) ? 0 : 1;
    });
  for (std::thread& thread : threads) thread.join();
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(failures == 0);
}

TEST_CASE("who waits behind many others is not given up as long as those are answered",
          "[tracer]") {
  Asking asking;
  const std::string a = asking.file("a", "aaa");
  Slow slow;
  KeepService service(asking.log(), slow);
  service.serve();
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 30; ++i)
    threads.emplace_back([&] { failures += asking.ask(a, Fate::Overwritten) ? 0 : 1; });
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
}

TEST_CASE("who does not answer is given up, and taken back once it is there", "[tracer]") {
  Asking asking;
  const std::string a = asking.file("a", "aaa");
  struct ::stat status {};
  REQUIRE(::stat(a.c_str(), &status) == 0);
  for (int i = 0; i < 3; ++i) {
    CHECK(asking.log().header().keeper == 1);
    Versions::Request request(Versions(&asking.log().header()), status.st_dev, status.st_ino,
                              Fate::Overwritten);
    REQUIRE(request);
    CHECK_FALSE(request.wait([] { return false; }));
  }
  CHECK(asking.log().header().keeper == 0);
  Versions versions(&asking.log().header());
  CHECK_FALSE(versions.endangered(1, 7, Fate::Overwritten, true));
  Witness witness;
  KeepService service(asking.log(), witness);
  service.serve();
  asking.log().header().keeper = 0;
  while (asking.log().header().keeper == 0) std::this_thread::yield();
  CHECK(asking.ask(a, Fate::Overwritten));
}

TEST_CASE("a keeper that is not wanted is not asked", "[tracer]") {
  class Unwanted final : public Keeper {
   public:
    bool wanted() const noexcept override { return false; }
    bool keep(int /*descriptor*/, const FileStamp& /*stamp*/, Fate /*fate*/) noexcept override {
      return true;
    }
  };
  Log log;
  Unwanted keeper;
  KeepService service(log, keeper);
  service.serve();
  CHECK(log.header().keeper == 0);
}

TEST_CASE("a request that was taken away meanwhile is not made", "[tracer]") {
  Asking asking;
  Versions versions(&asking.log().header());
  Versions::Request request(versions, 1, 7, Fate::Overwritten);
  REQUIRE(request);
  const std::uint32_t others = 5U << 3 | wire::kRequestPosted;
  request->state = others;
  auto& state = request->state;
  CHECK_FALSE(request.wait([] { return true; }));
  CHECK(state == others);
}

}  // namespace roar::tracer
