#include "plumbing/running_job.h"

#include <unistd.h>

#include <string_view>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/lmdb_file.h"
#include "objects/spooled_job.h"
#include "plumbing/spool.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kSuffix = ".trace";

// Not in the project: a job may well copy or archive that, and a file that grows meanwhile would
// disturb it. In memory first, because a disk makes every fact wait that needs a new page.
std::vector<std::filesystem::path> trace_directories() {
  std::vector<std::filesystem::path> directories{"/dev/shm/roar-" + std::to_string(::geteuid())};
  const std::filesystem::path state = state_directory();
  if (!state.empty()) directories.push_back(state / "traces");
  return directories;
}

bool is_usable(const std::filesystem::path& directory) {
  try {
    if (directory.parent_path() == state_directory()) make_directories(directory.parent_path());
    // A lock that another machine does not see is none.
    return network_file_system(directory.parent_path()).empty();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

RunningJob::RunningJob(const Workspace& workspace, const NewJob& job) {
  const std::string note = encode_spooled_fast(job);
  const std::string name = project_key(workspace) + "-" + job.job.uid + std::string(kSuffix);
  for (const std::filesystem::path& directory : trace_directories()) {
    try {
      if (!is_usable(directory)) continue;
      log_.emplace(tracer::Log::Place{.directory = directory.string(), .name = name}, note);
      return;
    } catch (const Error&) {  // the next place may do
      log_.reset();
    }
  }
}

RunningJob::~RunningJob() {
  if (log_ && !keep_) log_->remove_file();
}

std::filesystem::path RunningJob::keep() noexcept {
  keep_ = true;
  return log_ ? log_->file() : std::string();
}

std::vector<std::filesystem::path> trace_files(const Workspace& workspace) {
  const std::string prefix = project_key(workspace) + "-";
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& directory : trace_directories()) {
    const auto found = files_in(directory, prefix, kSuffix);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace roar::plumbing
