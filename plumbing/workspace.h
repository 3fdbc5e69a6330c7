#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "objects/base/error.h"

namespace roar::plumbing {

// A project: the directory that holds .roar/, and where we are.
struct Workspace {
  std::filesystem::path root;       // absolute, resolved
  std::filesystem::path directory;  // the current directory: absolute, resolved
  // Where store and cache are, if that is not .roar/ itself: absolute, from ROAR_STORE_DIR.
  std::filesystem::path store_root = {};

  std::filesystem::path roar_directory() const { return root / ".roar"; }
  std::filesystem::path store_directory() const { return local_directory() / "objects"; }
  std::filesystem::path cache_directory() const { return local_directory() / "cache"; }

 private:
  std::filesystem::path local_directory() const {
    return store_root.empty() ? roar_directory() : store_root;
  }
};

// Of the project whose root is `root` (absolute, resolved), seen from there, whether or not it
// holds .roar/ yet. Throws as find_workspace does.
Workspace workspace_at(const std::filesystem::path& root);

// For projects on a network file system, ROAR_STORE_DIR names a directory on a local disk for store
// and cache. It says in a file "PROJECT" which project's it is, so that two do not share one by
// mistake. Creates both, as needed. Does nothing if there is no such directory.
void claim_store_root(const Workspace& workspace);

// The nearest directory upwards from the current one that holds .roar/; nullopt if there is none.
// ROAR_DIR names the project root instead, if it is set; then the current directory may lie outside
// of it, and Errc::NotFound is thrown if it holds no .roar/. Throws Errc::Usage if ROAR_STORE_DIR
// is not absolute, and Errc::Conflict if it is another project's.
std::optional<Workspace> find_workspace();

// The same, and not_initialized() is thrown if there is none.
Workspace require_workspace();

// What to say where a project is needed and there is none: Errc::NotFound, with a hint.
Error not_initialized();

// How a path stands in an Edge: relative to the root if it is inside, else absolute. `path` must be
// absolute and normal. The root itself is "".
std::string stored_path(const Workspace& workspace, std::string_view path);
// The reverse: always absolute.
std::string absolute_path(const Workspace& workspace, std::string_view stored);

}  // namespace roar::plumbing
