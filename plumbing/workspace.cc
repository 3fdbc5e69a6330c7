#include "plumbing/workspace.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/variable.h"

namespace roar::plumbing {
namespace {

std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  auto result = std::filesystem::canonical(path, error);
  if (error) throw_errno(error.value(), "resolve", path.string());
  return result;
}

std::filesystem::path current_directory() {
  std::error_code error;
  auto result = std::filesystem::current_path(error);
  if (error) throw_errno(error.value(), "read", "the current directory");
  return result;
}

bool holds_directory(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return S_ISDIR(status.st_mode);
  // A parent that may not be searched has no project that we could use.
  if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) return false;
  throw_errno(errno, "look for", path.string());
}

}  // namespace

std::optional<Workspace> find_workspace() {
  Workspace workspace;
  workspace.directory = current_directory();  // getcwd(2) resolves
  if (const char* named = environment_variable("ROAR_DIR"); named != nullptr && *named != '\0') {
    const std::filesystem::path root(named);
    if (!holds_directory(root / ".roar")) {
      throw Error(Errc::NotFound, "no .roar directory in '" + root.string() + "' (from ROAR_DIR)");
    }
    workspace.root = resolved(root);
    return workspace;
  }
  for (std::filesystem::path at = workspace.directory;; at = at.parent_path()) {
    if (holds_directory(at / ".roar")) {
      workspace.root = std::move(at);
      return workspace;
    }
    if (at == at.root_path()) return std::nullopt;
  }
}

Workspace require_workspace() {
  auto workspace = find_workspace();
  if (!workspace) throw not_initialized();
  return *std::move(workspace);
}

Error not_initialized() {
  return {Errc::NotFound, "roar is not initialized in this directory\nhint: run 'roar init' first"};
}

std::string stored_path(const Workspace& workspace, std::string_view path) {
  const std::string& root = workspace.root.native();
  if (root == "/") return std::string(path.substr(1));
  if (path == root) return {};
  const bool inside =
      path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/';
  return std::string(inside ? path.substr(root.size() + 1) : path);
}

std::string absolute_path(const Workspace& workspace, std::string_view stored) {
  if (stored.starts_with('/')) return std::string(stored);
  const std::string& root = workspace.root.native();
  if (stored.empty()) return root;
  return (root == "/" ? root : root + '/') + std::string(stored);
}

}  // namespace roar::plumbing
