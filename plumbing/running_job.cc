#include "plumbing/running_job.h"

#include <string_view>

#include "objects/spooled_job.h"
#include "plumbing/log_directories.h"
#include "plumbing/spool.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kSuffix = ".trace";

}  // namespace

RunningJob::RunningJob(const Workspace& workspace, const NewJob& job) {
  const std::string note = encode_spooled_fast(job);
  const std::string name = project_key(workspace) + "-" + job.job.uid + std::string(kSuffix);
  make_named_log(name, note, log_);
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
  for (const std::filesystem::path& directory : log_directories()) {
    const auto found = files_in(directory, prefix, kSuffix);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace roar::plumbing
