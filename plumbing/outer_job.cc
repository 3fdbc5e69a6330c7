#include "plumbing/outer_job.h"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/variable.h"
#include "plumbing/running_job.h"
#include "tracer/log.h"
#include "tracer/wire.h"

namespace roar::plumbing {
namespace {

void tell(std::string_view reason, std::string_view program) {
  const char* address = environment_variable(tracer::wire::kLogVariable);
  if (address == nullptr) return;
  const auto log = tracer::Log::attach(address);
  // A listener hears of every process below the job's root, whoever else looks at it.
  if (log->backend() == tracer::Backend::Notify && !program.empty()) return;
  tracer::Fact gap;
  gap.kind = tracer::wire::Kind::Gap;
  gap.pid = ::getpid();
  gap.path = reason;
  gap.path2 = program;
  log->append(gap);
}

}  // namespace

void tell_outer_job() noexcept {
  try {
    tell("inner-tracer", "");
  } catch (const std::exception&) {  // that job has ended
    return;
  }
}

void tell_job_of_other_project(const Workspace& workspace) noexcept {
  try {
    const char* outer = environment_variable("ROAR_JOB_ID");
    if (outer == nullptr || *outer == '\0') return;
    const std::vector<std::filesystem::path> running = trace_files(workspace);
    const bool is_of_ours = std::ranges::any_of(running, [&](const std::filesystem::path& file) {
      return file.stem().string().ends_with("-" + std::string(outer));
    });
    if (!is_of_ours) tell("other-project", workspace.root.string());
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace roar::plumbing
