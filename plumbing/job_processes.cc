#include "plumbing/job_processes.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "objects/base/error.h"
#include "objects/json.h"

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

// Nullopt for what no job can have lasted, or its clock was set meanwhile: not known. 0 for what is
// a little before the start: the clock of the tracer ticks every few milliseconds.
std::optional<std::uint64_t> nanoseconds_after(Timestamp started, std::uint64_t time_ns) noexcept {
  constexpr std::uint64_t kMost = json::kIntegerMax;
  constexpr std::uint64_t kSecond = 1'000'000'000;
  constexpr std::uint64_t kLatest = std::numeric_limits<std::int64_t>::max() / kSecond;
  if (time_ns == 0 || started.seconds < 0 || std::cmp_greater_equal(started.seconds, kLatest))
    return std::nullopt;
  const std::uint64_t start =
      static_cast<std::uint64_t>(started.seconds) * kSecond + started.nanoseconds;
  if (time_ns <= start) return 0;
  return time_ns - start <= kMost ? std::optional(time_ns - start) : std::nullopt;
}

// Many processes of a job run the same program, and many with the same arguments.
class ProcessWriter {
 public:
  ProcessWriter(const Workspace& workspace, Redactor& redactor, Timestamp started)
      : workspace_(workspace), redactor_(redactor), started_(started) {}

  JobProcess write(tracer::Process& process) {
    JobProcess result;
    result.pid = process.pid;
    result.parent = process.parent;
    if (!process.executable.empty()) result.executable = stored(process.executable);
    if (process.argv_cut && !process.argv.empty()) process.argv.pop_back();
    if (!process.argv.empty()) result.argv = redacted(std::move(process.argv));
    result.argv_cut = process.argv_cut;
    result.started_ns = nanoseconds_after(started_, process.started_ns).value_or(0);
    if (const auto ended = nanoseconds_after(started_, process.ended_ns))
      result.ended_ns = std::max(result.started_ns, *ended);
    if (process.exit) {
      result.exit = {.code = process.exit->code,
                     .signal = process.exit->signal,
                     .core = process.exit->core_dumped};
    }
    return result;
  }

 private:
  const std::string& stored(const std::string& executable) {
    const auto [known, is_new] = executables_.try_emplace(executable);
    if (is_new) known->second = redactor_.redact_path(stored_path(workspace_, executable));
    return known->second;
  }

  const std::vector<std::string>& redacted(std::vector<std::string> argv) {
    const auto [known, is_new] = arguments_.try_emplace(std::move(argv));
    if (is_new) known->second = redactor_.redact_argv(known->first).argv;
    return known->second;
  }

  const Workspace& workspace_;
  Redactor& redactor_;
  Timestamp started_;
  std::map<std::string, std::string> executables_;
  std::map<std::vector<std::string>, std::vector<std::string>> arguments_;
};

}  // namespace

JobProcesses job_processes(const Workspace& workspace, Redactor& redactor,
                           std::vector<tracer::Process> processes, std::vector<FileUse> files,
                           Timestamp started) {
  JobProcesses result;
  Budget arguments;
  Budget programs{.bytes = std::size_t{2} << 20};
  const std::size_t listed = std::min(processes.size(), kProcessesMax);
  result.omitted_processes = processes.size() - listed;
  result.processes.reserve(listed);
  ProcessWriter writer(workspace, redactor, started);
  for (std::size_t i = 0; i < listed; ++i) {
    JobProcess& process = result.processes.emplace_back(writer.write(processes[i]));
    cut_arguments(process, arguments);
    if (!programs.take(encoded_size(process.executable))) process.executable.clear();
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

std::string payload_of(const JobProcesses& processes, Tracing& tracing) {
  try {
    return encode(processes);
  } catch (const Error&) {
    tracing.gaps.push_back({.reason = "processes", .program = {}, .count = 1});
    return {};
  }
}

}  // namespace roar::plumbing
