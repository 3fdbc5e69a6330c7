#include "plumbing/job_processes.h"

#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <vector>

#include "objects/json.h"

namespace roar::plumbing {
namespace {

constexpr Timestamp kStarted{1'700'000'000, 5};
constexpr std::uint64_t kStartedNs = 1'700'000'000'000'000'005;

tracer::Process process(std::vector<std::string> argv) {
  tracer::Process process;
  process.pid = 1;
  process.argv = std::move(argv);
  return process;
}

JobProcesses recorded(std::vector<tracer::Process> processes, std::vector<FileUse> files = {}) {
  Workspace workspace;
  workspace.root = "/project";
  workspace.directory = workspace.root;
  Redactor redactor(std::string(32, 'k'));
  return job_processes(workspace, redactor, std::move(processes), std::move(files), kStarted);
}

}  // namespace

TEST_CASE("times of processes, and what no process can have lasted", "[processes]") {
  struct Case {
    std::uint64_t started;
    std::uint64_t ended;
    std::uint64_t expected_start;
    std::optional<std::uint64_t> expected_end;
  };
  const Case cases[] = {
      {kStartedNs + 3, kStartedNs + 7, 3, 7},
      {kStartedNs - 3, kStartedNs - 2, 0, 0},  // the clock of the tracer is behind
      {kStartedNs + 9, kStartedNs + 7, 9, 9},
      {0, 0, 0, std::nullopt},
      {kStartedNs, std::uint64_t{1} << 63, 0, std::nullopt},
      {std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max(), 0,
       std::nullopt},
  };
  for (const Case& one : cases) {
    tracer::Process timed = process({"a"});
    timed.started_ns = one.started;
    timed.ended_ns = one.ended;
    const JobProcesses result = recorded({timed});
    CHECK(result.processes[0].started_ns == one.expected_start);
    CHECK(result.processes[0].ended_ns == one.expected_end);
    CHECK(decode_processes(encode(result)) == result);
  }
}

TEST_CASE("whatever a job was, the object of its processes can be stored", "[processes]") {
  std::vector<tracer::Process> processes;
  for (std::size_t i = 0; i < kProcessesMax + 5; ++i) {
    processes.push_back(process(std::vector<std::string>(i < 100 ? 3000 : 1, "\x01")));
    processes.back().executable = "/" + std::string(4000, '\x01') + std::to_string(i % 2000);
  }
  std::vector<FileUse> files;
  for (std::size_t i = 0; i < 3000; ++i)
    files.push_back({.path = std::string(4000, '\x01'), .readers = {0}, .writers = {}});
  const JobProcesses result = recorded(std::move(processes), std::move(files));
  CHECK(result.processes.size() == kProcessesMax);
  CHECK(result.omitted_processes == 5);
  CHECK(result.omitted_files + result.files.size() == 3000);
  CHECK(encode(result).size() < std::size_t{16} << 20);
}

TEST_CASE("what was cut off loses its last argument", "[processes]") {
  tracer::Process cut = process({"tool", "--password", "hun"});
  cut.argv_cut = true;
  const JobProcesses result = recorded({cut});
  CHECK(result.processes[0].argv == std::vector<std::string>{"tool", "--password"});
  CHECK(result.processes[0].argv_cut);
}

TEST_CASE("processes that have no payload are a gap, and no failure", "[processes]") {
  const auto gaps_of = [](const JobProcesses& processes) {
    Tracing tracing;
    const std::string payload = payload_of(processes, tracing);
    if (tracing.gaps.empty()) CHECK(decode_processes(payload) == processes);
    if (!tracing.gaps.empty()) CHECK(payload.empty());
    std::string reasons;
    for (const TracingGap& gap : tracing.gaps) reasons += gap.reason + " ";
    return reasons;
  };
  JobProcesses sound;
  sound.processes.resize(2);
  sound.processes[1].parent = 0;
  sound.processes[1].argv = {std::string("\xff\x00\n", 3), ""};
  CHECK(gaps_of(sound).empty());

  JobProcesses negative = sound;
  negative.processes[1].pid = -5;
  CHECK(gaps_of(negative) == "processes ");
  JobProcesses own_parent = sound;
  own_parent.processes[1].parent = 1;
  CHECK(gaps_of(own_parent) == "processes ");
  JobProcesses late = sound;
  late.processes[1].ended_ns = ~std::uint64_t{0};
  CHECK(gaps_of(late) == "processes ");
  JobProcesses large = sound;
  large.processes[1].argv = {std::string(json::kBytesMax, 'x')};
  CHECK(gaps_of(large) == "processes ");
  JobProcesses used = sound;
  used.files.push_back({.path = "file", .readers = {}, .writers = {}});
  for (std::uint32_t i = 0; i <= kNumbersMax; ++i) used.files[0].readers.push_back(i);
  CHECK(gaps_of(used) == "processes ");
}

}  // namespace roar::plumbing
