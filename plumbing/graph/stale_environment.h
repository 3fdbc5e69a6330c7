#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/edge.h"
#include "objects/history.h"
#include "plumbing/graph/disk_files.h"
#include "plumbing/graph/stale_reason.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// A file of the system, or of a package, that a job read.
struct SystemFile {
  std::string path;  // stored form
  ObjectId artifact;
  std::uint64_t size = 0;
  bool bytecode = false;     // a compiled module: two of one source may differ
  std::size_t question = 0;  // to DiskFiles
};

// Whether the environment of a job depends on this input of it: programs, libraries and what
// belongs to packages. Settings of the machine below /etc, the kernel's files and the like change
// all the time and count for nothing here.
bool is_environment(const Edge& edge) noexcept;

// Whether a new run would not find the file as it was.
bool is_changed(const FileNow& now, const SystemFile& file) noexcept;

// Why a job that read these files is stale, in terms of packages where they are known: one reason
// for each package and for each other file that is not what it was; of many files the first.
// `packages` are those that the job recorded. Reads package databases only if something changed.
std::vector<StaleReason> environment_reasons(const ReadTransaction& transaction,
                                             const Workspace& workspace, Cache& cache,
                                             const DiskFiles& disk,
                                             std::span<const SystemFile* const> files,
                                             const std::optional<ObjectId>& packages);

}  // namespace roar::plumbing
