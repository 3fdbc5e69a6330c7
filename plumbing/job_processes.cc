#include "plumbing/job_processes.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace roar::plumbing {
namespace {

// What may still go into the object: bytes as they stand there, and values.
struct Budget {
  std::size_t bytes = std::size_t{5} << 20;
  std::size_t values = 300'000;

  bool take(std::size_t some_bytes, std::size_t some_values = 1) noexcept {
    if (some_bytes > bytes || some_values > values) return false;
    bytes -= some_bytes;
    values -= some_values;
    return true;
  }
};

// At most, with its quotes and a comma.
std::size_t encoded_size(std::string_view text) noexcept {
  constexpr std::size_t kEscape = 6;
  std::size_t size = 3;
  for (const char c : text) {
    const bool plain = static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\\';
    size += plain ? 1 : kEscape;
  }
  return size;
}

// Whole arguments only: a part of a secret need not look like one.
void cut_arguments(JobProcess& process, Budget& budget) {
  constexpr std::size_t kBytes = 4096;
  std::size_t kept = 0;
  std::size_t bytes = 0;
  for (const std::string& argument : process.argv) {
    const std::size_t size = encoded_size(argument);
    if (bytes + size > kBytes || !budget.take(size)) break;
    bytes += size;
    ++kept;
  }
  if (kept == process.argv.size()) return;
  process.argv.resize(kept);
  process.argv_cut = true;
}

std::uint64_t nanoseconds_after(Timestamp started, std::uint64_t time_ns) noexcept {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const Timestamp time{static_cast<std::int64_t>(time_ns / kSecond),
                       static_cast<std::uint32_t>(time_ns % kSecond)};
  // The clock of the tracer ticks every few milliseconds, and so may be behind.
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, nanoseconds_between(started, time)));
}

JobProcess recorded(const Workspace& workspace, Redactor& redactor, tracer::Process& process,
                    Timestamp started) {
  JobProcess result;
  result.pid = process.pid;
  result.parent = process.parent;
  if (!process.executable.empty())
    result.executable = redactor.redact_path(stored_path(workspace, process.executable));
  if (process.argv_cut && !process.argv.empty()) process.argv.pop_back();
  if (!process.argv.empty()) result.argv = redactor.redact_argv(process.argv).argv;
  result.argv_cut = process.argv_cut;
  if (process.started_ns != 0) result.started_ns = nanoseconds_after(started, process.started_ns);
  if (process.ended_ns != 0) {
    result.ended_ns = std::max(result.started_ns, nanoseconds_after(started, process.ended_ns));
  }
  if (process.exit) {
    result.exit = {.code = process.exit->code,
                   .signal = process.exit->signal,
                   .core = process.exit->core_dumped};
  }
  return result;
}

}  // namespace

JobProcesses job_processes(const Workspace& workspace, Redactor& redactor,
                           std::vector<tracer::Process> processes, std::vector<FileUse> files,
                           Timestamp started) {
  JobProcesses result;
  Budget arguments;
  const std::size_t listed = std::min(processes.size(), kProcessesMax);
  result.omitted_processes = processes.size() - listed;
  result.processes.reserve(listed);
  for (std::size_t i = 0; i < listed; ++i) {
    JobProcess& process =
        result.processes.emplace_back(recorded(workspace, redactor, processes[i], started));
    cut_arguments(process, arguments);
  }
  Budget paths;
  for (FileUse& file : files) {
    const std::size_t size = encoded_size(file.path) + ranges_text(file.readers).size() +
                             ranges_text(file.writers).size();
    if (result.files.size() < kFileUsesMax && paths.take(size)) {
      result.files.push_back(std::move(file));
    } else {
      ++result.omitted_files;
    }
  }
  return result;
}

}  // namespace roar::plumbing
