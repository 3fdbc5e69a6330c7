#include "tracer/log.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace roar::tracer {
namespace {

Fact absent(std::string_view path) {
  Fact fact;
  fact.kind = wire::Kind::Absent;
  fact.path = path;
  return fact;
}

std::vector<std::string> paths_in(Log& log, std::uint64_t& lost) {
  std::vector<std::string> paths;
  lost = log.drain([&](const Fact& fact) { paths.emplace_back(fact.path); });
  return paths;
}

}  // namespace

TEST_CASE("a log gives back what was put in, in order", "[tracer]") {
  Log log;
  Fact fact = absent("/a/b");
  fact.path2 = "second";
  fact.pid = 7;
  fact.stamp.size = 42;
  fact.flags = wire::kHasStamp;
  log.append(fact);
  log.append(absent(std::string(4095, 'x')));
  std::vector<std::string> seen;
  const std::uint64_t lost = log.read([&](const Fact& read) {
    seen.emplace_back(read.path);
    if (seen.size() > 1) return;
    CHECK(read.path2 == "second");
    CHECK(read.pid == 7);
    CHECK(read.stamp.size == 42);
    CHECK(read.has(wire::kHasStamp));
  });
  CHECK(lost == 0);
  CHECK(seen == std::vector<std::string>{"/a/b", std::string(4095, 'x')});
}

TEST_CASE("touched bits can be set after the record was written", "[tracer]") {
  Log log;
  log.append(absent("/a"))->touched.fetch_or(wire::kTouchedRead);
  std::uint32_t touched = 0;
  log.read([&](const Fact& fact) { touched = fact.touched; });
  CHECK(touched == wire::kTouchedRead);
}

TEST_CASE("a writer that is killed on the way costs one fact and no more", "[tracer]") {
  Log log;
  log.append(absent("/one"));
  wire::Record* incomplete = log.append(absent("/two"));
  incomplete->length.fetch_or(wire::kIncomplete);
  log.append(absent("/three"));
  wire::Record* hole = log.append(absent("/four"));
  std::fill_n(reinterpret_cast<char*>(hole), hole->length.load(), '\0');
  log.append(absent("/five"));
  std::uint64_t lost = 0;
  CHECK(paths_in(log, lost) == std::vector<std::string>{"/one", "/three", "/five"});
  CHECK(lost == 2);
}

TEST_CASE("what does not fit is counted", "[tracer]") {
  Log log;
  // Another process's view of the log, as the preload library has it.
  const int fd = ::open(log.path(::getpid()).c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(fd >= 0);
  void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  REQUIRE(memory != MAP_FAILED);
  auto* header = static_cast<wire::LogHeader*>(memory);
  CHECK(header->magic == wire::kMagic);
  log.append(absent("/fits"));
  header->next = header->capacity - 32;
  CHECK(log.append(absent("/does not")) == nullptr);
  CHECK(log.append(absent("/nor this")) == nullptr);
  ::munmap(memory, 4096);
  ::close(fd);
}

TEST_CASE("draining gives the memory back", "[tracer]") {
  Log log;
  const std::string path(1000, 'p');
  constexpr int kFacts = 20'000;  // about 24 MB
  for (int i = 0; i < kFacts; ++i) log.append(absent(path));
  int seen = 0;
  CHECK(log.drain([&](const Fact& fact) { seen += fact.path.size() == path.size() ? 1 : 0; }) == 0);
  CHECK(seen == kFacts);
  struct ::stat status {};
  REQUIRE(::fstat(log.descriptor(), &status) == 0);
  CHECK(status.st_blocks * 512 < 8 << 20);
}

TEST_CASE("two processes share one order", "[tracer]") {
  Log log;
  log.append(absent("/parent"));
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    log.append(absent("/child"));
    ::_exit(0);
  }
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  log.append(absent("/parent again"));
  std::uint64_t lost = 0;
  CHECK(paths_in(log, lost) == std::vector<std::string>{"/parent", "/child", "/parent again"});
}

TEST_CASE("a log that somebody cuts off is read as far as it is there", "[tracer]") {
  Log log;
  for (int i = 0; i < 5'000; ++i) log.append(absent("/some/where/" + std::to_string(i)));
  const off_t left = GENERATE(0, 4096, wire::kFirstRecord + 100'000);
  REQUIRE(::ftruncate(log.descriptor(), left) == 0);
  std::uint64_t lost = 0;
  const auto paths = paths_in(log, lost);
  CHECK(paths.size() < 5'000);
  CHECK(lost > 0);
  CHECK(paths.empty() == (left <= 4096));
  log.set_end({.code = 3, .signal = 0, .core_dumped = false}, Timestamp::now());
  log.append(absent("/more"));
}

TEST_CASE("a log's own counter cannot lead out of it", "[tracer]") {
  Log log;
  log.append(absent("/first"));
  log.header().next = ~std::uint64_t{0} - 50;
  CHECK(log.append(absent("/second")) == nullptr);
  std::uint64_t lost = 0;
  CHECK(paths_in(log, lost).size() <= 1);
  CHECK(lost > 0);
}

TEST_CASE("a fault elsewhere is a fault", "[tracer]") {
  const pid_t child = ::fork();
  if (child == 0) {
    const Log log;
    const int fd = ::memfd_create("other", MFD_CLOEXEC);
    if (::ftruncate(fd, 4096) != 0) ::_exit(2);
    auto* const other = static_cast<volatile char*>(
        ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    if (::ftruncate(fd, 0) != 0) ::_exit(2);
    other[0] = 1;
    ::_exit(2);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  // A sanitizer reports it, and exits.
  CHECK((WIFSIGNALED(status) ? WTERMSIG(status) == SIGBUS : WEXITSTATUS(status) == 1));
}

}  // namespace roar::tracer
