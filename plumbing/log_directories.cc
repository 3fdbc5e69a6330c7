#include "plumbing/log_directories.h"

#include <unistd.h>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/lmdb_file.h"
#include "plumbing/spool.h"

namespace roar::plumbing {
namespace {

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

std::vector<std::filesystem::path> log_directories() {
  std::vector<std::filesystem::path> directories{"/dev/shm/roar-" + std::to_string(::geteuid())};
  const std::filesystem::path state = state_directory();
  if (!state.empty()) directories.push_back(state / "traces");
  return directories;
}

void make_named_log(const std::string& name, std::string_view note,
                    std::optional<tracer::Log>& log) {
  for (const std::filesystem::path& directory : log_directories()) {
    try {
      if (!is_usable(directory)) continue;
      log.emplace(tracer::Log::Place{.directory = directory.string(), .name = name}, note);
      return;
    } catch (const Error&) {  // the next place may do
      log.reset();
    }
  }
}

}  // namespace roar::plumbing
