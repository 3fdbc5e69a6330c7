#include "tracer/program.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <vector>

#include "tests/unit/temp_dir.h"

namespace roar::tracer {
namespace {

std::string script(const TempDir& directory, const std::string& name, const std::string& text) {
  const std::string path = (directory.path() / name).string();
  std::ofstream(path) << text;
  ::chmod(path.c_str(), 0700);
  return path;
}

}  // namespace

TEST_CASE("a program of the distribution is dynamic, and its loader is known", "[tracer]") {
  const Program program = classify_program("/bin/sh");
  CHECK(program.kind == ProgramKind::Dynamic);
  CHECK(program.loader.find("ld-linux") != std::string::npos);
  CHECK(program.scripts.empty());
}

TEST_CASE("interpreters are followed as the kernel does", "[tracer]") {
  const TempDir directory;
  const std::string inner = script(directory, "inner", "#! /bin/sh -e\n");
  const std::string outer = script(directory, "outer", "#!" + inner + "\n");
  const Program program = classify_program(outer);
  CHECK(program.kind == ProgramKind::Dynamic);
  CHECK(program.path == "/bin/sh");
  CHECK(program.scripts == std::vector<std::string>{outer, inner});
}

TEST_CASE("what is no program is not entered", "[tracer]") {
  const TempDir directory;
  const std::string self = (directory.path() / "self").string();
  struct Case {
    std::string path;
    const char* what;
  };
  const std::vector<Case> cases = {
      {"/no/such/file", "missing"},
      {directory.path().string(), "a directory"},
      {script(directory, "empty", ""), "empty"},
      {script(directory, "text", "echo\n"), "text"},
      {script(directory, "short",
              "\x7f"
              "ELF"),
       "the start of an ELF file"},
      {script(directory, "damaged",
              "\x7f"
              "ELF\x02\x01" +
                  std::string(58, '\xff')),
       "damaged"},
      {script(directory, "bare", "#!\n"), "no interpreter"},
      {script(directory, "self", "#!" + self + "\n"), "its own interpreter"},
  };
  for (const Case& program : cases) {
    INFO(program.what);
    const ProgramKind kind = classify_program(program.path).kind;
    CHECK((kind == ProgramKind::NotEntered || kind == ProgramKind::OtherArchitecture));
  }
}

TEST_CASE("a program of another machine is told", "[tracer]") {
  const TempDir directory;
  std::string header(64, '\0');
  header.replace(0, 5,
                 "\x7f"
                 "ELF\x01");  // 32 bits
  header[18] = 0x3e;          // the number of x86-64
  CHECK(classify_program(script(directory, "narrow", header)).kind ==
        ProgramKind::OtherArchitecture);
}

}  // namespace roar::tracer
