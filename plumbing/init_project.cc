#include "plumbing/init_project.h"

#include <string_view>
#include <system_error>

#include "hooks/git.h"
#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/history.h"
#include "objects/store.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kConfigTemplate =
    "# Settings of this project on this machine; see roar-config(5).\n"
    "# Settings to commit go into roar.toml beside this directory.\n";

// Returns whether the file was missing.
bool ensure_file(const std::filesystem::path& path, std::string_view content) {
  if (file_exists(path)) return false;
  constexpr mode_t kMode = 0644;
  AtomicFile file(path, kMode);
  file.write(content);
  file.commit();
  return true;
}

bool ensure_store(const std::filesystem::path& directory) {
  if (file_exists(directory / "CURRENT")) return false;
  Store::create(directory);
  return true;
}

bool ensure_session(const std::filesystem::path& directory) {
  bool started = false;
  Store store(directory, Store::Mode::ReadWrite);
  store.write([&](WriteTransaction& transaction) {
    started = !active_session(transaction).has_value();
    if (started) start_session(transaction, Timestamp::now());
  });
  return started;
}

}  // namespace

InitializedProject init_project(const std::filesystem::path& directory) {
  InitializedProject project;
  std::error_code error;
  project.root = std::filesystem::canonical(directory, error);
  if (error) throw_errno(error.value(), "initialize", directory.string());
  const Workspace workspace = workspace_at(project.root);
  const bool existed = file_exists(workspace.roar_directory());
  make_directories(workspace.roar_directory());
  bool changed = ensure_file(workspace.roar_directory() / ".gitignore", "*\n");
  changed = ensure_file(workspace.roar_directory() / "config.toml", kConfigTemplate) || changed;
  claim_store_root(workspace);
  changed = ensure_store(workspace.store_directory()) || changed;
  changed = ensure_session(workspace.store_directory()) || changed;
  project.has_public_database = file_exists(workspace.roar_directory() / "roar.db");
  project.in_git = hooks::find_git(project.root.string()).has_value();
  if (existed) project.result = changed ? InitResult::Completed : InitResult::AlreadyThere;
  return project;
}

}  // namespace roar::plumbing
