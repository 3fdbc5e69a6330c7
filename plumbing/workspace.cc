#include "plumbing/workspace.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/file.h"
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

constexpr const char* kMarker = "PROJECT";

// The root of the project that the directory belongs to; nullopt if it is nobody's yet.
std::optional<std::string> owner_of(const std::filesystem::path& store_root) {
  auto text = read_file(store_root / kMarker);
  if (text) text->resize(text->find_last_not_of('\n') + 1);
  // Some other program's directory, or that of a project which keeps its store at home.
  if (!text && file_exists(store_root / "objects")) return std::string();
  return text;
}

void check_owner(const Workspace& workspace) {
  const auto owner = owner_of(workspace.store_root);
  if (!owner || *owner == workspace.root.native()) return;
  const std::string directory = "ROAR_STORE_DIR '" + workspace.store_root.string() + "'";
  if (owner->empty())
    throw Error(Errc::Conflict, directory + " has objects that are not this project's; " +
                                    "name an empty directory");
  throw Error(Errc::Conflict, directory + " belongs to the project '" + *owner +
                                  "'; name another directory, or, if the project has moved from " +
                                  "there, write its new place into the file " + kMarker);
}

void find_store_root(Workspace& workspace) {
  const char* named = environment_variable("ROAR_STORE_DIR");
  if (named == nullptr || *named == '\0') return;
  const std::filesystem::path path(named);
  if (!path.is_absolute())
    throw Error(Errc::Usage, "ROAR_STORE_DIR is not an absolute path: '" + path.string() + "'");
  workspace.store_root = path.lexically_normal();
  check_owner(workspace);
}

std::optional<Workspace> find_project() {
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

}  // namespace

std::optional<Workspace> find_workspace() {
  auto workspace = find_project();
  if (workspace) find_store_root(*workspace);
  return workspace;
}

Workspace workspace_at(const std::filesystem::path& root) {
  Workspace workspace{.root = root, .directory = root};
  find_store_root(workspace);
  return workspace;
}

void claim_store_root(const Workspace& workspace) {
  if (workspace.store_root.empty() || owner_of(workspace.store_root)) return;
  constexpr mode_t kMode = 0644;
  make_directories(workspace.store_root);
  AtomicFile marker(workspace.store_root / kMarker, kMode);
  marker.write(workspace.root.native() + "\n");
  marker.commit();
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
