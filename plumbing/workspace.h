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

  std::filesystem::path roar_directory() const { return root / ".roar"; }
  std::filesystem::path store_directory() const { return root / ".roar" / "objects"; }
  std::filesystem::path cache_directory() const { return root / ".roar" / "cache"; }
};

// The nearest directory upwards from the current one that holds .roar/; nullopt if there is none.
// ROAR_DIR names the project root instead, if it is set; then the current directory may lie outside
// of it, and Errc::NotFound is thrown if it holds no .roar/.
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
