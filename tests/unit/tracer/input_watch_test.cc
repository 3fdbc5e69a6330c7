#include "tracer/input_watch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace roar::tracer {
namespace {

using wire::Kind;

// A job whose facts the test writes.
class Followed {
 public:
  static Fact fact(Kind kind, std::int32_t pid, std::string_view path) {
    Fact fact;
    fact.kind = kind;
    fact.pid = pid;
    fact.path = path;
    return fact;
  }
  static Fact opened(std::string_view path, std::uint64_t inode, int flags = O_RDONLY,
                     std::int32_t pid = 1) {
    Fact open = fact(Kind::Open, pid, path);
    open.open_flags = static_cast<std::uint32_t>(flags);
    open.flags = wire::kHasStamp;
    open.stamp.inode = inode;
    open.stamp.size = kLargeInput;
    open.stamp.mode = S_IFREG;
    return open;
  }
  void start(std::int32_t pid, std::int32_t parent, std::string_view directory) {
    Fact started = fact(Kind::Start, pid, "");
    started.parent = parent;
    started.path2 = directory;
    log.append(started);
  }
  std::string look() {
    std::string seen;
    for (const LargeInput& input : watch.look())
      seen += input.path + " " + std::to_string(input.stamp.inode) + "\n";
    return seen;
  }

  Log log;
  InputWatch watch{log};
};

}  // namespace

TEST_CASE("what the job opens for reading is told once, by an absolute path", "[inputs]") {
  Followed job;
  job.start(1, 0, "/work");
  job.log.append(Followed::opened("in", 7));
  job.log.append(Followed::opened("/data/in", 8));
  job.log.append(Followed::opened("./in", 7));
  CHECK(job.look() == "/work/in 7\n/data/in 8\n");
  job.start(2, 1, "");
  job.log.append(Followed::opened("child", 9, O_RDONLY, 2));
  job.log.append(Followed::fact(Kind::Cwd, 2, "/work/sub"));
  job.log.append(Followed::opened("there", 10, O_RDONLY, 2));
  job.log.append(Followed::opened("here", 11));
  job.log.append(Followed::opened("nobody's", 12, O_RDONLY, 99));
  CHECK(job.look() == "/work/child 9\n/work/sub/there 10\n/work/here 11\n");
  CHECK(job.look().empty());
}

TEST_CASE("what is written, the job's own, small or no file is not told", "[inputs]") {
  Followed job;
  job.start(1, 0, "/work");
  job.log.append(Followed::opened("a", 1, O_RDWR));
  job.log.append(Followed::opened("b", 2, O_WRONLY));
  job.log.append(Followed::opened("c", 3, O_RDONLY | O_TRUNC));
  Versions(&job.log.header()).own(0, 4);
  job.log.append(Followed::opened("own", 4));
  Fact small = Followed::opened("small", 5);
  small.stamp.size = kLargeInput - 1;
  job.log.append(small);
  Fact directory = Followed::opened("directory", 6);
  directory.stamp.mode = S_IFDIR;
  job.log.append(directory);
  job.log.append(Followed::opened("/proc/kcore", 7));
  CHECK(job.look().empty());
}

TEST_CASE("a record that is being written is waited for, once", "[inputs]") {
  Followed job;
  job.start(1, 0, "/work");
  wire::Record* record = job.log.claim(Followed::opened("in", 7));
  wire::Record* lost = job.log.claim(Followed::opened("lost", 8));
  job.log.append(Followed::opened("in2", 9));
  CHECK(job.look().empty());
  Log::complete(record, Followed::opened("in", 7));
  CHECK(job.look() == "/work/in 7\n");
  CHECK(job.look().empty());
  CHECK(job.look() == "/work/in2 9\n");
  Log::complete(lost, Followed::opened("lost", 8));
  CHECK(job.look().empty());
}

TEST_CASE("a long log is followed in pieces", "[inputs]") {
  Followed job;
  job.start(1, 0, "/work");
  for (std::uint64_t inode = 1; inode <= 10'000; ++inode)
    job.log.append(Followed::opened("f", inode));
  std::string told = job.look();
  CHECK_FALSE(told.ends_with(" 10000\n"));
  for (std::string more = job.look(); !more.empty(); more = job.look()) told += more;
  CHECK(told.ends_with("/work/f 10000\n"));
}

}  // namespace roar::tracer
