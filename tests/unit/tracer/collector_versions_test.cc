#include <fcntl.h>

#include <catch2/catch.hpp>

#include "tests/unit/tracer/staged_job.h"
#include "tracer/collector.h"

namespace roar::tracer {
namespace {

constexpr std::uint32_t kNobodyKnows = 0;

void open_unwatched(StagedJob& job, const char* name, int flags) {
  job.open(name, flags, kNobodyKnows, wire::kTouchUnknown);
}

}  // namespace

TEST_CASE("the first version is the input, however often the job changes the file", "[tracer]") {
  const Case cases[] = {
      {"read, appended to, read back, appended to",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         job.open("f", O_WRONLY | O_APPEND, StagedJob::kWritten);
         job.read("f");
         job.open("f", O_WRONLY | O_APPEND, StagedJob::kWritten);
       },
       "input f read kept lost\noutput f over 6\n"},
      {"appended to and read back, and nobody saw the writes",
       [](StagedJob& job) {
         job.file("f");
         open_unwatched(job, "f", O_WRONLY | O_APPEND);
         job.append_quietly("f");
         job.read("f");
         open_unwatched(job, "f", O_WRONLY | O_APPEND);
       },
       "input f kept lost\noutput f over 6\n"},
      {"the same, and removed in the end",
       [](StagedJob& job) {
         job.file("f");
         open_unwatched(job, "f", O_WRONLY | O_APPEND);
         job.append_quietly("f");
         job.read("f");
         job.unlink("f");
       },
       "input f kept lost\ntemporaries 1\n"},
      {"an empty one written to, unseen, and read back",
       [](StagedJob& job) {
         job.file("f", "");
         open_unwatched(job, "f", O_RDWR);
         job.append_quietly("f");
         job.read("f");
       },
       "input f open lost\noutput f over 0\n"},
      {"truncated twice",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         job.write("f");
         job.write("f");
       },
       "input f read lost\noutput f over 6\n"},
      {"truncated before it was read",
       [](StagedJob& job) {
         job.file("f");
         job.write("f");
         job.read("f");
       },
       "output f over 6\n"},
      {"replaced twice",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         for (const char* name : {"a", "b"}) {
           job.write(name);
           job.rename(name, "f");
         }
       },
       "input f read lost\noutput f over 6\ntemporaries 1\n"},
      {"moved aside, and a new one written",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         job.rename("f", "f.orig");
         job.write("f");
       },
       "input f read kept now f.orig\noutput f over 6\noutput f.orig\n"},
      {"moved aside, a new one written, the old one removed",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         job.rename("f", "f.orig");
         job.write("f");
         job.unlink("f.orig");
       },
       "input f read kept lost\noutput f over 6\n"},
      {"linked aside, then overwritten in place: both names",
       [](StagedJob& job) {
         job.file("f");
         job.link("f", "f.orig");
         job.open("f", O_WRONLY, StagedJob::kWritten);
       },
       "input f kept lost\noutput f over 6\noutput f.orig\n"},
      {"removed under one of two names",
       [](StagedJob& job) {
         job.file("f");
         REQUIRE(::link(job.at("f").c_str(), job.at("g").c_str()) == 0);
         job.read("f");
         job.read("g");
         job.unlink("f");
       },
       "input f read now g\n"},
      {"part of it overwritten, the rest removed with it",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_RDWR, StagedJob::kWritten);
         job.unlink("f");
       },
       "input f kept lost\ntemporaries 1\n"},
  };
  for (const Case& staged : cases) check(staged);
}

TEST_CASE("what the job wrote keeps being its output through names and directories", "[tracer]") {
  const Case cases[] = {
      {"O_TMPFILE, and then linked",
       [](StagedJob& job) {
         const int fd = ::open(job.root().c_str(), O_TMPFILE | O_RDWR, 0600);
         REQUIRE(fd >= 0);
         struct ::stat status {};
         REQUIRE(::fstat(fd, &status) == 0);
         Fact fact = job.fact(wire::Kind::Open, job.root());
         fact.open_flags = O_TMPFILE | O_RDWR;
         fact.stamp = wire_stamp_of(status);
         fact.flags |= wire::kHasStamp;
         fact.touched = StagedJob::kWritten;
         job.add(fact);
         const std::string name = "/proc/self/fd/" + std::to_string(fd);
         REQUIRE(::linkat(AT_FDCWD, name.c_str(), AT_FDCWD, job.at("out").c_str(),
                          AT_SYMLINK_FOLLOW) == 0);
         ::close(fd);
         const std::string unnamed = job.root() + "/#1 (deleted)";
         Fact linked = job.fact(wire::Kind::Link, unnamed, "out");
         linked.stamp = job.stamp("out");
         linked.flags |= wire::kHasStamp;
         job.add(linked);
       },
       "output out\n"},
      {"the same bytes again",
       [](StagedJob& job) {
         job.file("f", "written");
         job.write("f");
       },
       "output f over 7\n"},
      {"O_RDWR and O_CREAT, and nothing was done",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_RDWR | O_CREAT, StagedJob::kNothing);
       },
       ""},
      {"written in a directory that is renamed twice, and exchanged with its old version",
       [](StagedJob& job) {
         job.directory("d");
         job.file("out");
         job.write("d/t");
         job.rename("d", "e");
         job.rename("e", "g");
         job.exchange("g/t", "out");
       },
       "output g/t\ninput out kept now g/t\noutput out over 6\n"},
      {"read back under its new name",
       [](StagedJob& job) {
         job.write("t");
         job.rename("t", "out");
         job.read("out");
       },
       "output out\n"},
      {"one name of two removed",
       [](StagedJob& job) {
         job.write("a");
         job.link("a", "b");
         job.unlink("a");
       },
       "output b\n"},
      {"appended to the job's own",
       [](StagedJob& job) {
         job.write("out");
         job.open("out", O_WRONLY | O_APPEND, StagedJob::kWritten);
       },
       "output out\n"},
      {"cut off by the job that wrote it",
       [](StagedJob& job) {
         job.write("out");
         job.truncate("out", 2);
       },
       "output out\n"},
      {"a lock file, made, linked over and gone",
       [](StagedJob& job) {
         job.write("lock.1");
         job.link("lock.1", "lock");
         job.unlink("lock.1");
         job.unlink("lock");
       },
       "temporaries 1\n"},
  };
  for (const Case& staged : cases) check(staged);
}

namespace {

// That somebody has found the name free, and opened it for writing.
Fact creation(StagedJob& job, const char* name) {
  Fact fact = job.fact(wire::Kind::Open, name);
  fact.open_flags = O_WRONLY | O_CREAT;
  fact.flags |= wire::kProbedBefore;
  fact.flags |= wire::kHasStamp;
  if (job.exists(name)) fact.stamp = job.stamp(name);
  fact.touched = StagedJob::kWritten;
  return fact;
}

}  // namespace

TEST_CASE("two processes of a job share its files", "[tracer]") {
  const Case cases[] = {
      {"one reads, the other overwrites",
       [](StagedJob& job) {
         job.file("f");
         job.start(101, StagedJob::kRoot, "", job.root());
         job.start(102, StagedJob::kRoot, "", job.root());
         job.pid = 101;
         job.read("f");
         job.pid = 102;
         job.write("f");
       },
       "input f read lost\noutput f over 6\n"},
      {"one writes, the other reads",
       [](StagedJob& job) {
         job.start(101, StagedJob::kRoot, "", job.root());
         job.start(102, StagedJob::kRoot, "", job.root());
         job.pid = 101;
         job.write("f");
         job.pid = 102;
         job.read("f");
       },
       "output f\n"},
      {"one creates, and is told of after the other, who reads",
       [](StagedJob& job) {
         job.file("f", "");
         const Fact created = creation(job, "f");
         job.read("f");
         job.add(created);
       },
       "output f\n"},
      {"one creates, and is told of after the other, who writes",
       [](StagedJob& job) {
         job.file("f", "");
         const Fact created = creation(job, "f");
         job.open("f", O_WRONLY | O_CREAT | O_APPEND, StagedJob::kWritten);
         job.add(created);
       },
       "output f\n"},
      {"one creates, the other has written by the time that it looks, and is told of first",
       [](StagedJob& job) {
         job.file("f", "");
         job.open("f", O_WRONLY | O_CREAT | O_APPEND, StagedJob::kWritten);
         job.add(creation(job, "f"));
       },
       "output f\n"},
      {"one reads, others remove it, the other's new file has its number",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         Fact created = creation(job, "g");
         created.stamp = job.stamp("f");
         created.stamp.size = 0;
         created.stamp.changed_s += 1;
         REQUIRE(::unlink(job.at("f").c_str()) == 0);
         job.add(created);
       },
       "input f read lost changed\ntemporaries 1\n"},
  };
  for (const Case& staged : cases) check(staged);
}

}  // namespace roar::tracer
