#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/git.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// What keeps a run from being tied to its commit. Paths are absolute.
struct TreeState {
  std::vector<std::string> modified;  // tracked files
  std::vector<std::string> untracked_code;
  std::vector<std::string> in_submodules;  // the same two, inside of a submodule
  std::vector<std::string> known_outputs;  // tracked files that differ and do not count

  bool clean() const noexcept {
    return modified.empty() && untracked_code.empty() && in_submodules.empty();
  }
};

// Picks out of git's changes what counts: tracked files, and untracked files that are code (by the
// path class table, or by a "#!" line). Untracked data does not count, nor do files that
// `is_known_output` (called with a stored path) says an earlier job wrote.
TreeState tree_state(const Workspace& workspace, const hooks::GitSnapshot& snapshot,
                     const std::function<bool(const std::string&)>& is_known_output);

// Whether judging the snapshot asks `is_known_output` at all; else the store can stay closed.
bool needs_known_outputs(const Workspace& workspace, const hooks::GitSnapshot& snapshot);

}  // namespace roar::plumbing
