#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "objects/history.h"
#include "plumbing/workspace.h"
#include "tracer/log.h"

namespace roar::plumbing {

// The trace of a job that runs, in a file: if this process is killed, it stays, and the next
// command makes a job of it (docs/formats/spool.md). Where no such file can be, the trace is in
// memory, and a killed roar leaves nothing.
class RunningJob {
 public:
  // `job` is what is known before the command starts.
  RunningJob(const Workspace& workspace, const NewJob& job);
  // Removes the file.
  ~RunningJob();
  RunningJob(const RunningJob&) = delete;
  RunningJob& operator=(const RunningJob&) = delete;

  // Null: in memory.
  tracer::Log* log() noexcept { return log_ ? &*log_ : nullptr; }

  // Leaves the file to the next command. Returns it; empty if there is none.
  std::filesystem::path keep() noexcept;

 private:
  std::optional<tracer::Log> log_;
  bool keep_ = false;
};

// The traces of this project's jobs, whether they run or were left behind.
std::vector<std::filesystem::path> trace_files(const Workspace& workspace);

}  // namespace roar::plumbing
