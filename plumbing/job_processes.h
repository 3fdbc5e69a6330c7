#pragma once

#include <string>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/job.h"
#include "objects/processes.h"
#include "plumbing/redaction.h"
#include "plumbing/workspace.h"
#include "tracer/observation.h"

namespace roar::plumbing {

// How much is recorded of one job; what is beyond it is counted.
inline constexpr std::size_t kProcessesMax = 10'000;
inline constexpr std::size_t kFileUsesMax = 20'000;

// What is recorded of a job's processes: arguments and paths without secrets, times after
// `started`. `files` are by path, each once. Takes both apart.
JobProcesses job_processes(const Workspace& workspace, Redactor& redactor,
                           std::vector<tracer::Process> processes, std::vector<FileUse> files,
                           Timestamp started);

// The payload; empty, with a gap, if there is none.
std::string payload_of(const JobProcesses& processes, Tracing& tracing);

}  // namespace roar::plumbing
