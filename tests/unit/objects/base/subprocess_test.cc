#include "objects/base/subprocess.h"

#include <signal.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "tests/unit/temp_dir.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

void write_program(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << "#!/bin/sh\n" << text << '\n';
  ::chmod(path.c_str(), 0755);
}

// A pipe with a name. Reading waits until somebody has opened it for writing.
class Fifo {
 public:
  Fifo() { REQUIRE(::mkfifo(path().c_str(), 0600) == 0); }
  std::string path() const { return (directory_.path() / "fifo").string(); }
  std::string read_all() const {
    std::ifstream file(path());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  TempDir directory_;
};

// PATH for the time of a test.
class PathVariable {
 public:
  explicit PathVariable(const std::string& value) : before_(std::getenv("PATH")) {
    ::setenv("PATH", value.c_str(), 1);
  }
  ~PathVariable() { ::setenv("PATH", before_.c_str(), 1); }
  PathVariable(const PathVariable&) = delete;
  PathVariable& operator=(const PathVariable&) = delete;

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("a program that was started works beside the caller") {
  const Fifo fifo;
  Subprocess program({"sh", "-c", "echo here >" + fifo.path() + "; echo out; echo err >&2; exit 7"},
                     {}, "/");
  CHECK(fifo.read_all() == "here\n");  // before anybody has asked for it
  const SubprocessResult result = program.finish();
  CHECK(result.status == 7);
  CHECK(result.output == "out\n");
  CHECK(result.errors == "err\n");
  CHECK(result.end == SubprocessEnd::Itself);
}

TEST_CASE("a program that is not there has the status of the shell") {
  CHECK(run_subprocess({"no-such-program-here"}, {}, "/").status == 127);
  CHECK(run_subprocess({"/no/such/program"}, {}, "/").status == 127);
}

TEST_CASE("a program is looked for where execvp would find it") {
  const TempDir scratch;
  for (const char* name : {"1", "2", "3", "4"}) {
    std::filesystem::create_directory(scratch.path() / name);
  }
  std::filesystem::create_directory(scratch.path() / "1" / "prog");  // may be "executed", too
  std::ofstream(scratch.path() / "2" / "prog") << "not executable";
  write_program(scratch.path() / "3" / "prog", "echo third");
  write_program(scratch.path() / "4" / "prog", "echo fourth");
  std::string path = "/nowhere::";
  for (const char* name : {"1", "2", "3", "4"}) path += ":" + (scratch.path() / name).string();
  const PathVariable variable(path + ":/usr/bin:/bin");
  CHECK(run_subprocess({"prog"}, {}, "/").output == "third\n");
}

TEST_CASE("the time limit counts from the start, and the result is what there was") {
  Subprocess program({"sh", "-c", "echo out; exec sleep 1000"}, {}, "/",
                     {.time = std::chrono::milliseconds(20), .output = {}});
  const SubprocessResult result = program.finish();
  CHECK(result.end == SubprocessEnd::TimeLimit);
  CHECK(result.status == 128 + SIGKILL);
}

TEST_CASE("a program that nobody asks is killed") {
  const Fifo fifo;
  pid_t pid = 0;
  {
    Subprocess program({"sh", "-c", "echo $$ >" + fifo.path() + "; exec sleep 1000"}, {}, "/");
    const Subprocess moved(std::move(program));
    pid = std::stoi(fifo.read_all());
    REQUIRE(::kill(pid, 0) == 0);
  }
  CHECK(::kill(pid, 0) == -1);
}
