#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roar {

struct ProcessExit {
  int code = 0;       // meaningful if signal is 0
  int signal = 0;     // that ended it, or 0
  bool core = false;  // the signal left a core dump

  bool operator==(const ProcessExit&) const = default;
};

// One process of a job. Its number is its place in JobProcesses::processes.
struct JobProcess {
  std::int32_t pid = 0;
  std::optional<std::uint32_t> parent;  // number, less than its own; none for the root
  std::string executable;               // like Edge::path, of the last program; may be empty
  std::vector<std::string> argv;        // of that program; empty if it runs its parent's
  bool argv_cut = false;                // there are more
  // After the start of the job.
  std::uint64_t started_ns = 0;
  std::optional<std::uint64_t> ended_ns;
  std::optional<ProcessExit> exit;

  bool operator==(const JobProcess&) const = default;
};

// Which processes used a file.
struct FileUse {
  std::string path;  // like Edge::path
  // Numbers, sorted, each once. There may be some beyond the processes that are listed.
  std::vector<std::uint32_t> readers;
  std::vector<std::uint32_t> writers;

  bool operator==(const FileUse&) const = default;
};

// What ran in a job. Payload: docs/formats/processes.md.
struct JobProcesses {
  std::vector<JobProcess> processes;    // root first, then in order of appearance
  std::vector<FileUse> files;           // by path, each once
  std::uint64_t omitted_processes = 0;  // the last ones, if there were too many
  std::uint64_t omitted_files = 0;

  bool operator==(const JobProcesses&) const = default;
};

// Throws Errc::Usage for what has no payload: what decode_processes would not read.
std::string encode(const JobProcesses& processes);
JobProcesses decode_processes(std::string_view payload);

// Sorted numbers, each once, as text: "0,3-5".
std::string ranges_text(const std::vector<std::uint32_t>& numbers);
// Nullopt unless `text` is what ranges_text wrote, for at most kNumbersMax numbers.
inline constexpr std::size_t kNumbersMax = std::size_t{1} << 20;
std::optional<std::vector<std::uint32_t>> numbers_of_ranges(std::string_view text);

}  // namespace roar
