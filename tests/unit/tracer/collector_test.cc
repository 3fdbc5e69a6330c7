#include "tracer/collector.h"

#include <fcntl.h>

#include <catch2/catch.hpp>

#include "tests/unit/tracer/staged_job.h"

namespace roar::tracer {
namespace {

constexpr std::uint32_t kUnsettled = 0;

}  // namespace

TEST_CASE("what was read from before the job is an input, and nothing else is", "[tracer]") {
  const Case cases[] = {
      {"read",
       [](StagedJob& job) {
         job.file("in");
         job.read("in");
       },
       "input in read\n"},
      {"mapped",
       [](StagedJob& job) {
         job.file("in");
         job.open("in", O_RDONLY, wire::kTouchedMappedRead | wire::kTouchedSettled);
       },
       "input in mapped\n"},
      {"opened, and nothing read",
       [](StagedJob& job) {
         job.file("in");
         job.open("in", O_RDONLY, StagedJob::kNothing);
       },
       ""},
      {"opened, and nobody knows whether it was read",
       [](StagedJob& job) {
         job.file("in");
         job.open("in", O_RDONLY, kUnsettled);
       },
       "input in open\n"},
      {"opened under a tracer that does not see reads",
       [](StagedJob& job) {
         job.file("in");
         job.open("in", O_RDONLY, StagedJob::kNothing, wire::kTouchUnknown);
       },
       "input in open\n"},
      {"O_PATH",
       [](StagedJob& job) {
         job.file("in");
         job.open("in", O_PATH, kUnsettled);
       },
       ""},
      {"a directory",
       [](StagedJob& job) {
         job.directory("d");
         job.open("d", O_RDONLY, kUnsettled);
       },
       ""},
      {"O_RDWR, and only read",
       [](StagedJob& job) {
         job.file("in");
         job.open("in", O_RDWR, StagedJob::kRead);
       },
       "input in read\n"},
      {"its own output read back",
       [](StagedJob& job) {
         job.write("out");
         job.read("out");
       },
       "output out\n"},
      {"read twice in two ways",
       [](StagedJob& job) {
         job.file("in");
         job.read("in");
         job.open("in", O_RDONLY, wire::kTouchedMappedRead);
       },
       "input in read mapped\n"},
      {"through a symbolic link",
       [](StagedJob& job) {
         job.directory("real");
         job.file("real/in");
         REQUIRE(::symlink("real", job.at("link").c_str()) == 0);
         Fact fact = job.fact(wire::Kind::Open, "link/in");
         fact.stamp = job.stamp("real/in");
         fact.flags |= wire::kHasStamp;
         fact.touched = StagedJob::kRead;
         job.add(fact);
       },
       "input real/in read as link/in\n"},
      {"spelled with dots",
       [](StagedJob& job) {
         job.directory("d");
         job.file("in");
         Fact fact = job.fact(wire::Kind::Open, "d/.././in");
         fact.stamp = job.stamp("in");
         fact.flags |= wire::kHasStamp;
         fact.touched = StagedJob::kRead;
         job.add(fact);
       },
       "input in read\n"},
      {"without a stamp",
       [](StagedJob& job) {
         job.file("in");
         Fact fact = job.fact(wire::Kind::Open, "in");
         fact.touched = StagedJob::kRead;
         job.add(fact);
       },
       "input in read\n"},
      {"without a stamp, and changed since",
       [](StagedJob& job) {
         job.file("in");
         Fact fact = job.fact(wire::Kind::Open, "in");
         fact.touched = StagedJob::kRead;
         fact.time_ns = 1;
         job.add(fact);
       },
       "input in read changed\n"},
      {"files of the kernel",
       [](StagedJob& job) {
         Fact fact = job.fact(wire::Kind::Open, "/proc/self/status");
         fact.touched = StagedJob::kRead;
         job.add(fact);
       },
       ""},
  };
  for (const Case& staged : cases) check(staged);
}

TEST_CASE("what the job created, wrote or truncated is an output", "[tracer]") {
  const Case cases[] = {
      {"created and written", [](StagedJob& job) { job.write("out"); }, "output out\n"},
      {"created empty",
       [](StagedJob& job) { job.open("out", O_WRONLY | O_CREAT, StagedJob::kNothing); },
       "output out\n"},
      {"truncated, nothing written",
       [](StagedJob& job) {
         job.file("out");
         job.open("out", O_WRONLY | O_TRUNC, StagedJob::kNothing);
       },
       "output out over 6\n"},
      {"opened for writing, nothing written",
       [](StagedJob& job) {
         job.file("out");
         job.open("out", O_WRONLY, StagedJob::kNothing);
       },
       ""},
      {"overwritten",
       [](StagedJob& job) {
         job.file("out");
         job.write("out");
       },
       "output out over 6\n"},
      {"read, then overwritten",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         job.write("f");
       },
       "input f read lost\noutput f over 6\n"},
      {"appended to",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_WRONLY | O_APPEND, StagedJob::kWritten);
       },
       "input f kept lost\noutput f over 6\n"},
      {"appended to an empty file",
       [](StagedJob& job) {
         job.file("f", "");
         job.open("f", O_WRONLY | O_APPEND, StagedJob::kWritten);
       },
       "output f over 0\n"},
      {"changed in place",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_RDWR, StagedJob::kRead | StagedJob::kWritten);
       },
       "input f read kept lost\noutput f over 6\n"},
      {"ftruncate to something",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_RDWR, wire::kTouchedTruncated | wire::kTouchedSettled);
       },
       "input f kept lost\noutput f over 6\n"},
      {"opened for writing, read through another descriptor, then written",
       [](StagedJob& job) {
         job.file("f");
         Fact opened = job.fact(wire::Kind::Open, "f");
         opened.open_flags = O_WRONLY;
         opened.stamp = job.stamp("f");
         opened.flags |= wire::kHasStamp;
         opened.touched = wire::kTouchedTruncated | wire::kTouchedEmptied | StagedJob::kWritten;
         job.add(opened);
         job.read("f");
         job.file("f", "after");
       },
       "input f read lost\noutput f over 6\n"},
      {"ftruncate to nothing first",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_WRONLY,
                  wire::kTouchedTruncated | wire::kTouchedEmptied | StagedJob::kWritten);
       },
       "output f over 6\n"},
      {"truncate by path",
       [](StagedJob& job) {
         job.file("f");
         job.truncate("f", 3);
       },
       "input f kept lost\noutput f over 6\n"},
      {"truncate by path to nothing",
       [](StagedJob& job) {
         job.file("f");
         job.truncate("f", 0);
       },
       "output f over 6\n"},
      {"written, nobody saw it, and it shows",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_WRONLY, StagedJob::kNothing, wire::kTouchUnknown);
         job.append_quietly("f");
       },
       "input f kept lost\noutput f over 6\n"},
      {"not written, and nobody watched",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_WRONLY, StagedJob::kNothing, wire::kTouchUnknown);
       },
       ""},
      {"mapped for writing, and never stored to",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_RDWR, wire::kTouchedMappedWrite | wire::kTouchedMappedRead);
       },
       "input f mapped\n"},
      {"mapped for writing, and stored to",
       [](StagedJob& job) {
         job.file("f");
         job.open("f", O_RDWR, wire::kTouchedMappedWrite | wire::kTouchedSettled);
         job.append_quietly("f");
       },
       "input f kept lost\noutput f over 6\n"},
      {"written and removed",
       [](StagedJob& job) {
         job.write("t");
         job.unlink("t");
       },
       "temporaries 1\n"},
      {"O_TMPFILE, never linked",
       [](StagedJob& job) {
         Fact fact = job.fact(wire::Kind::Open, job.root());
         fact.open_flags = O_TMPFILE | O_RDWR;
         fact.stamp = StagedJob::made_up(77);
         fact.flags |= wire::kHasStamp;
         job.add(fact);
       },
       "temporaries 1\n"},
  };
  for (const Case& staged : cases) check(staged);
}

TEST_CASE("names are what they are at the end", "[tracer]") {
  const Case cases[] = {
      {"written and renamed",
       [](StagedJob& job) {
         job.write("t");
         job.rename("t", "out");
       },
       "output out\n"},
      {"renamed over an old version",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         job.write("t");
         job.rename("t", "f");
       },
       "input f read lost\noutput f over 6\n"},
      {"a chain of renames",
       [](StagedJob& job) {
         job.write("a");
         job.rename("a", "b");
         job.rename("b", "c");
       },
       "output c\n"},
      {"mv",
       [](StagedJob& job) {
         job.file("raw");
         job.rename("raw", "data");
       },
       "output data\ninput raw kept now data\n"},
      {"ln",
       [](StagedJob& job) {
         job.file("a");
         job.link("a", "b");
       },
       "input a kept\noutput b\n"},
      {"a hard link of an output",
       [](StagedJob& job) {
         job.write("a");
         job.link("a", "b");
       },
       "output a\noutput b\n"},
      {"appending through another name",
       [](StagedJob& job) {
         job.file("in");
         REQUIRE(::link(job.at("in").c_str(), job.at("alias").c_str()) == 0);
         job.open("alias", O_WRONLY | O_APPEND, StagedJob::kWritten);
       },
       "input alias kept lost\noutput alias over 6\n"},
      {"exchange",
       [](StagedJob& job) {
         job.file("in");
         job.read("in");
         job.write("new");
         job.exchange("in", "new");
       },
       "input in read kept now new\noutput in over 6\noutput new\n"},
      {"read and removed",
       [](StagedJob& job) {
         job.file("in");
         job.read("in");
         job.unlink("in");
       },
       "input in read lost\n"},
      {"removed without a look",
       [](StagedJob& job) {
         job.file("in");
         job.unlink("in");
       },
       ""},
      {"removed, then created",
       [](StagedJob& job) {
         job.file("f");
         job.unlink("f");
         job.write("f");
       },
       "output f over 6\n"},
      {"the directory of an output renamed",
       [](StagedJob& job) {
         job.directory("d1");
         job.write("d1/f");
         job.rename("d1", "d2");
       },
       "output d2/f\n"},
      {"directories renamed in turn",
       [](StagedJob& job) {
         job.directory("a");
         job.directory("a/b");
         job.write("a/b/f");
         job.rename("a/b", "a/c");
         job.rename("a", "z");
       },
       "output z/c/f\n"},
      {"directories exchanged",
       [](StagedJob& job) {
         job.directory("a");
         job.directory("b");
         job.write("a/f");
         job.write("b/g");
         job.exchange("a", "b");
       },
       "output a/g\noutput b/f\n"},
      {"a directory with files from before",
       [](StagedJob& job) {
         job.directory("raw");
         job.file("raw/x");
         job.rename("raw", "data");
       },
       "output data/x\ninput raw/x kept now data/x\n"},
      {"an input whose directory was renamed",
       [](StagedJob& job) {
         job.directory("d1");
         job.file("d1/in");
         job.read("d1/in");
         job.rename("d1", "d2");
       },
       "input d1/in read kept now d2/in\noutput d2/in\n"},
      {"read under a name, then that name for something else",
       [](StagedJob& job) {
         job.file("f", "one");
         job.read("f");
         job.rename("f", "f.old");
         job.write("f");
       },
       "input f read kept now f.old\noutput f over 3\noutput f.old\n"},
  };
  for (const Case& staged : cases) check(staged);
}

TEST_CASE("what others change while the job runs is named", "[tracer]") {
  const Case cases[] = {
      {"after the read",
       [](StagedJob& job) {
         job.file("in");
         job.read("in");
         job.append_quietly("in");
       },
       "input in read lost changed\n"},
      {"between two reads",
       [](StagedJob& job) {
         job.file("in");
         job.read("in");
         job.append_quietly("in");
         job.read("in");
       },
       "input in read lost changed\n"},
      {"removed",
       [](StagedJob& job) {
         job.file("in");
         job.read("in");
         REQUIRE(::unlink(job.at("in").c_str()) == 0);
       },
       "input in read lost changed\n"},
      {"replaced, and read again",
       [](StagedJob& job) {
         job.file("in");
         job.file("in2");
         job.read("in");
         REQUIRE(::rename(job.at("in2").c_str(), job.at("in").c_str()) == 0);
         job.read("in");
       },
       "input in read lost changed\n"},
      {"between a read and a write of the job",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         job.append_quietly("f");
         job.write("f");
       },
       "input f read lost changed\noutput f over 10\n"},
      {"between a read and an append of the job",
       [](StagedJob& job) {
         job.file("f");
         job.read("f");
         job.append_quietly("f");
         job.open("f", O_WRONLY | O_APPEND, StagedJob::kWritten);
       },
       "input f read kept lost changed\noutput f over 10\n"},
      {"its mode alone",
       [](StagedJob& job) {
         job.file("in");
         job.read("in");
         REQUIRE(::chmod(job.at("in").c_str(), 0400) == 0);
       },
       "input in read\n"},
  };
  for (const Case& staged : cases) check(staged);
}

TEST_CASE("a name used again belongs to the last file alone", "[tracer]") {
  check({"written, removed, written",
         [](StagedJob& job) {
           job.write("t");
           job.unlink("t");
           job.write("t");
         },
         "output t\ntemporaries 1\n"});
}

TEST_CASE("an inode number that is used again is another file", "[tracer]") {
  StagedJob job;
  job.file("in");
  job.read("in");
  wire::Stamp reused = job.stamp("in");
  job.unlink("in");
  Fact fact = job.fact(wire::Kind::Open, "out");
  fact.open_flags = O_WRONLY | O_CREAT | O_EXCL;
  fact.stamp = reused;
  fact.flags |= wire::kHasStamp | wire::kProbedBefore;
  fact.touched = StagedJob::kWritten;
  job.add(fact);
  CHECK(job.finish() == "input in read lost\ntemporaries 1\n");
}

TEST_CASE("descriptors that the job is born with count, logs do not", "[tracer]") {
  const Case cases[] = {
      {"< in",
       [](StagedJob& job) {
         job.file("in");
         job.descriptor(0, 0, "in", O_RDONLY, StagedJob::kRead);
       },
       "input in read inherited\n"},
      {"< in, not read",
       [](StagedJob& job) {
         job.file("in");
         job.descriptor(0, 0, "in", O_RDONLY, StagedJob::kNothing);
       },
       ""},
      {"> out",
       [](StagedJob& job) {
         job.file("out", "");
         job.descriptor(1, 1, "out", O_WRONLY, StagedJob::kWritten);
       },
       "output out inherited\n"},
      {"> log 2>&1",
       [](StagedJob& job) {
         job.file("log", "");
         job.descriptor(1, 1, "log", O_WRONLY, StagedJob::kWritten);
         job.descriptor(2, 1, "log", O_WRONLY, StagedJob::kWritten);
       },
       ""},
      {">> log",
       [](StagedJob& job) {
         job.file("log");
         job.descriptor(1, 1, "log", O_WRONLY | O_APPEND, StagedJob::kWritten);
       },
       ""},
      {"2> err",
       [](StagedJob& job) {
         job.file("err", "");
         job.descriptor(2, 2, "err", O_WRONLY, StagedJob::kWritten);
       },
       ""},
      {"3>> data",
       [](StagedJob& job) {
         job.file("data");
         job.descriptor(3, 3, "data", O_WRONLY | O_APPEND, StagedJob::kWritten);
       },
       "input data kept inherited lost\noutput data inherited over 6\n"},
      {"> out, seen where it is used",
       [](StagedJob& job) {
         job.file("out", "");
         job.descriptor(1, 1, "out", O_WRONLY, StagedJob::kNothing);
         Fact used = job.fact(wire::Kind::Inherited, "out");
         used.open_flags = O_WRONLY;
         used.stamp = job.stamp("out");
         used.flags |= wire::kHasStamp;
         used.touched = wire::kTouchedWritten;
         job.add(used);
         job.append_quietly("out");
       },
       "output out inherited\n"},
      {"2> err, seen where it is used",
       [](StagedJob& job) {
         job.file("err", "");
         job.descriptor(2, 2, "err", O_WRONLY, StagedJob::kNothing);
         Fact used = job.fact(wire::Kind::Inherited, "err");
         used.open_flags = O_WRONLY;
         used.stamp = job.stamp("err");
         used.flags |= wire::kHasStamp;
         used.touched = wire::kTouchedWritten;
         job.add(used);
       },
       ""},
  };
  for (const Case& staged : cases) check(staged);
}

TEST_CASE("absent and listed are kept apart", "[tracer]") {
  const Case cases[] = {
      {"absent", [](StagedJob& job) { job.add(job.fact(wire::Kind::Absent, "no")); },
       "absent no\n"},
      {"absent, then created",
       [](StagedJob& job) {
         job.add(job.fact(wire::Kind::Absent, "out"));
         job.write("out");
       },
       "output out\nabsent out\n"},
      {"absent because the job removed it",
       [](StagedJob& job) {
         job.file("f");
         job.unlink("f");
         job.add(job.fact(wire::Kind::Absent, "f"));
       },
       ""},
      {"a program looked for in PATH",
       [](StagedJob& job) {
         Fact fact = job.fact(wire::Kind::Exec, "bin/tool");
         fact.result = ENOENT;
         job.add(fact);
       },
       "absent bin/tool\n"},
      {"listed",
       [](StagedJob& job) {
         job.directory("d");
         job.add(job.fact(wire::Kind::Listed, "d"));
       },
       "listed d\n"},
  };
  for (const Case& staged : cases) check(staged);
}

TEST_CASE("processes: where they are, what they run, and which are not listened to", "[tracer]") {
  StagedJob job;
  job.directory("sub");
  job.file("sub/in");
  job.file("in");

  SECTION("a relative path starts in the process's directory") {
    job.add(job.fact(wire::Kind::Cwd, "sub"));
    Fact read = job.fact(wire::Kind::Open, "in");
    read.touched = StagedJob::kRead;
    job.add(read);
    CHECK(job.finish() == "input sub/in read\n");
  }
  SECTION("a forked child starts where its parent was") {
    job.add(job.fact(wire::Kind::Cwd, "sub"));
    job.start(101, StagedJob::kRoot, "", "");
    job.pid = 101;
    Fact read = job.fact(wire::Kind::Open, "in");
    read.touched = StagedJob::kRead;
    job.add(read);
    CHECK(job.finish() == "input sub/in read\n");
    REQUIRE(job.observation.processes.size() == 2);
    CHECK(job.observation.processes[1].parent == 0U);
  }
  SECTION("an executed file is an input") {
    job.file("tool", "#!/bin/sh\n");
    job.add(job.fact(wire::Kind::Exec, "tool"));
    job.start(StagedJob::kRoot, 1, "/bin/sh", "");
    CHECK(job.finish() == "input tool executed\n");
    CHECK(job.observation.processes.size() == 1);
  }
  SECTION("a program that never says a word is a gap") {
    job.file("tool", "#!/no/such/interpreter\n");
    job.add(job.fact(wire::Kind::Exec, "tool"));
    CHECK(job.finish() == "input tool executed\ngap not-entered\n");
  }
  SECTION("what roar itself does for another job does not count") {
    Fact start = job.fact(wire::Kind::Start, "in");
    start.stamp = StagedJob::made_up(1);
    start.flags = wire::kHasStamp;
    job.add(start);
    job.read("sub/in");
    job.start(101, StagedJob::kRoot, "", "");
    job.pid = 101;
    job.add(job.fact(wire::Kind::Exec, "in"));
    CHECK(job.finish() == "");
  }
}

namespace {

std::vector<std::uint32_t> listed(const Observation& observation, const Users& users) {
  const auto begin = observation.users.begin() + users.begin;
  return {begin, begin + users.count};
}

using Numbers = std::vector<std::uint32_t>;

const FileAccess& access_of(const Observation& observation, AccessKind kind,
                            const std::string& path) {
  for (const FileAccess& access : observation.accesses)
    if (access.kind == kind && access.path == path) return access;
  FAIL("no access of " << path);
  return observation.accesses.front();
}

Fact status_fact(StagedJob& job, std::int32_t pid, int status) {
  Fact fact = job.fact(wire::Kind::Exit);
  fact.pid = pid;
  fact.flags = wire::kHasStatus;
  fact.result = status;
  return fact;
}

}  // namespace

TEST_CASE("processes: arguments, parents, and how they ended", "[tracer]") {
  StagedJob job;
  job.file("tool", "#!/bin/sh\n");
  const auto arguments = [&](std::string_view text) {
    job.add(job.fact(wire::Kind::Arguments, text));
  };
  using Words = std::vector<std::string>;

  SECTION("those of the last image count") {
    arguments(std::string_view("one\0", 4));
    job.start(StagedJob::kRoot, 1, "/bin/true", "");
    arguments(std::string_view("two\0\0three\0", 11));
    job.finish();
    REQUIRE(job.observation.processes.size() == 1);
    CHECK(job.observation.processes[0].argv == Words{"two", "", "three"});
    CHECK_FALSE(job.observation.processes[0].argv_cut);
  }
  SECTION("an image that did not say them has none") {
    arguments(std::string_view("one\0", 4));
    job.start(StagedJob::kRoot, 1, "/bin/true", "");
    job.finish();
    CHECK(job.observation.processes[0].argv.empty());
  }
  SECTION("without an end, there are more") {
    arguments("one");
    job.finish();
    CHECK(job.observation.processes[0].argv == Words{"one"});
    CHECK(job.observation.processes[0].argv_cut);
  }
  SECTION("a program that never says a word is a process, with the arguments that it was given") {
    Fact entering = job.fact(wire::Kind::Exec, "tool", std::string_view("tool\0-x\0", 8));
    entering.pid = 101;
    entering.parent = StagedJob::kRoot;
    job.add(entering);
    job.add(status_fact(job, 101, 9));
    job.finish();
    REQUIRE(job.observation.processes.size() == 2);
    const Process& process = job.observation.processes[1];
    CHECK(process.argv == Words{"tool", "-x"});
    CHECK(process.executable == job.at("tool"));
    CHECK(process.parent == 0U);
    REQUIRE(process.exit);
    CHECK(process.exit->signal == 9);
  }
  SECTION("a status, before and after the process's own word of its end") {
    for (const std::int32_t pid : {101, 102}) job.start(pid, StagedJob::kRoot, "", "");
    job.pid = 101;
    job.add(job.fact(wire::Kind::Exit));
    job.add(status_fact(job, 101, 3 << 8));
    job.add(status_fact(job, 102, 4 << 8));
    job.finish();
    REQUIRE(job.observation.processes.size() == 3);
    CHECK_FALSE(job.observation.processes[0].exit);
    CHECK(job.observation.processes[1].exit->code == 3);
    CHECK(job.observation.processes[2].exit->code == 4);
  }
  SECTION("two that run at once with one number are of several namespaces") {
    job.start(1, StagedJob::kRoot, "", "");
    job.start(1, StagedJob::kRoot, "/bin/true", "");
    CHECK(job.finish() == "");
    StagedJob other;
    other.start(1, StagedJob::kRoot, "", "");
    other.start(1, StagedJob::kRoot, "", "");
    CHECK(other.finish() == "gap pid-namespaces\n");
  }
  SECTION("one that was looked at from outside, and then speaks itself, is one") {
    Fact seen = job.fact(wire::Kind::Start);
    seen.pid = 7;
    seen.parent = StagedJob::kRoot;
    seen.path = "/bin/true";
    seen.flags = wire::kFromOutside;
    job.add(seen);
    job.start(7, StagedJob::kRoot, "", "");
    CHECK(job.finish() == "");
    CHECK(job.observation.processes.size() == 2);
  }
  SECTION("a number that no process has") {
    job.start(-1, StagedJob::kRoot, "/bin/true", "");
    job.start(0, StagedJob::kRoot, "", "");
    CHECK(job.finish() == "gap unknown-fact\n");
    CHECK(job.observation.processes.size() == 1);
  }
  SECTION("a gap's reason is a word") {
    for (const std::string_view reason : {"\xff", "", "a\n", "no such", "ESC\x1b[2J"})
      job.add(job.fact(wire::Kind::Gap, reason, "/bin/liar"));
    job.add(job.fact(wire::Kind::Gap, std::string(41, 'a'), "/bin/liar"));
    CHECK(job.finish() == "gap unknown-fact\n");
  }
  SECTION("who waits tells of its own children alone") {
    job.start(101, StagedJob::kRoot, "", "");
    job.start(102, 101, "", "");
    Fact strange = status_fact(job, 102, 3 << 8);
    strange.parent = StagedJob::kRoot;
    job.add(strange);
    Fact own = status_fact(job, 102, 4 << 8);
    own.parent = 101;
    job.add(own);
    job.finish();
    CHECK(job.observation.processes[2].exit->code == 4);
  }
  SECTION("a number that is used again is another process") {
    job.start(101, StagedJob::kRoot, "", "");
    job.add(status_fact(job, 101, 3 << 8));
    job.start(101, StagedJob::kRoot, "", "");
    job.finish();
    REQUIRE(job.observation.processes.size() == 3);
    CHECK(job.observation.processes[1].exit->code == 3);
    CHECK_FALSE(job.observation.processes[2].exit);
  }
}

TEST_CASE("processes: who used a file", "[tracer]") {
  StagedJob job;
  for (const std::int32_t pid : {101, 102, 103}) job.start(pid, StagedJob::kRoot, "", "");
  const auto as = [&](std::int32_t pid, const std::function<void()>& act) {
    job.pid = pid;
    act();
  };

  SECTION("readers of an input, each once and in order") {
    job.file("in");
    for (const std::int32_t pid : {103, 101, 103, 101, 103}) as(pid, [&] { job.read("in"); });
    job.finish();
    const FileAccess& in = access_of(job.observation, AccessKind::Input, job.at("in"));
    CHECK(listed(job.observation, in.readers) == Numbers{1, 3});
    CHECK(in.writers.count == 0);
  }
  SECTION("readers and writers of an output") {
    as(101, [&] { job.write("out"); });
    as(102, [&] { job.read("out"); });
    as(103, [&] { job.rename("out", "final"); });
    job.finish();
    const FileAccess& out = access_of(job.observation, AccessKind::Output, job.at("final"));
    CHECK(listed(job.observation, out.writers) == Numbers{1, 3});
    CHECK(listed(job.observation, out.readers) == Numbers{2});
  }
  SECTION("of a file that was read and rewritten, the readers are with the input") {
    job.file("f");
    as(101, [&] { job.read("f"); });
    as(102, [&] { job.write("f"); });
    job.finish();
    const FileAccess& in = access_of(job.observation, AccessKind::Input, job.at("f"));
    const FileAccess& out = access_of(job.observation, AccessKind::Output, job.at("f"));
    CHECK(listed(job.observation, in.readers) == Numbers{1});
    CHECK(listed(job.observation, out.writers) == Numbers{2});
    CHECK(out.readers.count == 0);
  }
  SECTION("of two files at one path, together") {
    job.file("f");
    as(101, [&] { job.read("f"); });
    job.file("g");
    REQUIRE(::rename(job.at("g").c_str(), job.at("f").c_str()) == 0);
    as(102, [&] { job.read("f"); });
    job.finish();
    const FileAccess& in = access_of(job.observation, AccessKind::Input, job.at("f"));
    CHECK(listed(job.observation, in.readers) == Numbers{1, 2});
  }
}

}  // namespace roar::tracer
