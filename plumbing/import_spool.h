#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "plumbing/workspace.h"

namespace roar::plumbing {

struct SpoolImport {
  std::size_t imported = 0;  // jobs that are in the store now and were not before
  std::size_t waiting = 0;   // jobs that stay in the spool
  std::string failure;       // why they do
  struct Damaged {
    std::filesystem::path file;  // where it is now: it was set aside
    std::string problem;
  };
  std::vector<Damaged> damaged;
};

// Stores the jobs that wait in the spool, in the order in which they ended, each exactly once
// however many processes do this at a time, and removes their files. Costs microseconds if there
// are none. The store must not be open in this process. Never throws for the state of the disk.
SpoolImport import_spool(const Workspace& workspace);

}  // namespace roar::plumbing
