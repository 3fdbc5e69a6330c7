#include "plumbing/spool.h"

#include <sys/stat.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/hex.h"
#include "objects/base/variable.h"
#include "objects/blake3.h"
#include "objects/spooled_job.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kSuffix = ".job";

std::filesystem::path write_into(const std::filesystem::path& directory, const std::string& name,
                                 std::string_view bytes) {
  constexpr mode_t kMode = 0644;
  make_directories(directory);
  std::filesystem::path path = directory / name;
  AtomicFile file(path, kMode);
  file.write(bytes);
  file.commit();
  return path;
}

}  // namespace

std::string project_key(const Workspace& workspace) {
  constexpr std::size_t kBytes = 8;
  const Blake3Digest digest = blake3_of(workspace.root.native());
  return to_hex(std::span<const std::uint8_t>(digest).first(kBytes));
}

std::filesystem::path state_directory() {
  const std::filesystem::path state = environment_text("XDG_STATE_HOME");
  if (state.is_absolute()) return state / "roar";
  const std::filesystem::path home = environment_text("HOME");
  return home.is_absolute() ? home / ".local" / "state" / "roar" : std::filesystem::path();
}

std::vector<std::filesystem::path> spool_directories(const Workspace& workspace) {
  std::vector<std::filesystem::path> directories{workspace.roar_directory() / "spool"};
  const std::filesystem::path state = state_directory();
  if (!state.empty()) directories.push_back(state / "spool" / project_key(workspace));
  return directories;
}

std::filesystem::path spool_job(const Workspace& workspace, const NewJob& job) {
  const std::string bytes = encode_spooled(job);
  const std::string name = job.job.uid + std::string(kSuffix);
  std::string failures;
  for (const std::filesystem::path& directory : spool_directories(workspace)) {
    try {
      return write_into(directory, name, bytes);
    } catch (const Error& error) {
      failures += (failures.empty() ? "" : "; ") + std::string(error.what());
    }
  }
  throw Error(Errc::Io, failures);
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory,
                                            std::string_view prefix, std::string_view suffix) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  std::filesystem::directory_iterator entries(directory, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(suffix)) files.push_back(entries->path());
  }
  return files;
}

std::vector<std::filesystem::path> spooled_files(const Workspace& workspace) {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& directory : spool_directories(workspace)) {
    const auto found = files_in(directory, "", kSuffix);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace roar::plumbing
