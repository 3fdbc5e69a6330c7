#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "objects/store.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

struct ImportCounts {
  std::uint64_t sessions = 0;
  std::uint64_t jobs = 0;
  std::uint64_t artifacts = 0;  // that were not known here
  std::uint64_t hashes = 0;     // of jobs' artifacts
  std::uint64_t labels = 0;     // versions
};

struct ImportReport {
  ImportCounts added;
  ImportCounts known;  // already there, from an earlier import
  // What was not taken over, and how much of it.
  std::vector<std::pair<std::string, std::uint64_t>> left_out;
  std::string active;  // session that became the active one; empty if none did
};

struct ImportControl {
  bool dry_run = false;  // say what would be done, and write nothing
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;  // jobs; may be empty
};

// Takes over the sessions, jobs, artifacts, digests and labels of an older roar's database, which
// is only read. Contents are claims until their bytes are seen here. What is there already is not
// taken again, so it can be repeated, and goes on where it was interrupted: jobs are made durable
// a few hundred at a time. Secrets are redacted. If the active session has no job yet, the
// database's active session becomes it. Throws as RoarDb does.
ImportReport import_roar_db(Store& store, const Workspace& workspace,
                            const std::filesystem::path& file, const ImportControl& control);

}  // namespace roar::plumbing
