#pragma once

#include <optional>
#include <string>
#include <vector>

#include "objects/store.h"
#include "plumbing/views.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// The job that pop would remove; nullopt if the active session has none, or there is no session.
std::optional<JobSummary> newest_job(const Store& store);

// The files that a job wrote, by what may become of them with the job. Absolute paths.
struct WrittenFiles {
  std::vector<std::string> removable;
  // Git tracks them, they are outside of the project, their content is another by now, or another
  // job wrote the same.
  std::vector<std::string> kept;
};
// Hashes the files. What a nested job wrote is that job's, and in neither list.
WrittenFiles written_files(const Store& store, const Workspace& workspace, const ObjectId& job);

// Removes the newest job from the active session: see roar::pop_job, which it throws like. The hook
// reference-transaction may refuse: Errc::Conflict.
void pop(Store& store, const Workspace& workspace, const ObjectId& job);

// Returns how many are gone. Throws Errc::Io for the first that cannot be removed.
std::size_t remove_files(const std::vector<std::string>& paths);

}  // namespace roar::plumbing
