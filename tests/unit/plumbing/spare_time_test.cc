#include "plumbing/spare_time.h"

#include <sched.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/temp_dir.h"

namespace roar::plumbing {
namespace {

// A machine made of files.
class Machine {
 public:
  void file(const std::string& path, const std::string& content) const {
    std::filesystem::create_directories((dir_.path() / path).parent_path());
    std::ofstream(dir_.path() / path) << content;
  }
  bool has_time() const { return has_spare_time(dir_.path()); }

 private:
  TempDir dir_;
};

// This test's own, until the end of the scope.
class OneProcessor {
 public:
  OneProcessor() {
    REQUIRE(::sched_getaffinity(0, sizeof before_, &before_) == 0);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++i)
      if (CPU_ISSET(i, &before_)) CPU_SET(i, &one);
    REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
  }
  ~OneProcessor() { ::sched_setaffinity(0, sizeof before_, &before_); }
  OneProcessor(const OneProcessor&) = delete;
  OneProcessor& operator=(const OneProcessor&) = delete;
  bool is_all() const noexcept { return CPU_COUNT(&before_) == 1; }

 private:
  cpu_set_t before_{};
};

}  // namespace

TEST_CASE("one processor has no time to spare", "[spare]") {
  const Machine machine;
  const OneProcessor one;
  CHECK_FALSE(machine.has_time());
}

TEST_CASE("a quota of processor time leaves none to spare", "[spare]") {
  if (OneProcessor().is_all()) return;
  const Machine machine;
  CHECK(machine.has_time());  // no groups at all
  machine.file("proc/self/cgroup", "0::/user.slice/session\n");
  CHECK(machine.has_time());
  machine.file("sys/fs/cgroup/user.slice/session/cpu.max", "max 100000\n");
  CHECK(machine.has_time());
  SECTION("of the group") {
    machine.file("sys/fs/cgroup/user.slice/session/cpu.max", "150000 100000\n");
    CHECK_FALSE(machine.has_time());
  }
  SECTION("of one above it") {
    machine.file("sys/fs/cgroup/user.slice/cpu.max", "150000 100000\n");
    CHECK_FALSE(machine.has_time());
  }
  SECTION("of the container, where the group is not to be seen") {
    machine.file("proc/self/cgroup", "0::/elsewhere/session\n");
    machine.file("sys/fs/cgroup/cpu.max", "50000 100000\n");
    CHECK_FALSE(machine.has_time());
  }
}

TEST_CASE("a quota of version 1 counts, too", "[spare]") {
  if (OneProcessor().is_all()) return;
  const Machine machine;
  machine.file("proc/self/cgroup", "5:memory:/job\n4:cpu,cpuacct:/job\n3:cpuset:/job\n0::/\n");
  machine.file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  CHECK(machine.has_time());
  SECTION("under the name of all controllers") {
    machine.file("sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us", "20000\n");
    CHECK_FALSE(machine.has_time());
  }
  SECTION("under its own name") {
    machine.file("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "20000\n");
    CHECK_FALSE(machine.has_time());
  }
}

}  // namespace roar::plumbing
