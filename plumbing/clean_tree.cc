#include "plumbing/clean_tree.h"

#include <unistd.h>

#include <algorithm>

#include "tracer/path_class.h"

namespace roar::plumbing {
namespace {

// Reading the first line of every untracked file would be slow in a directory full of data, so only
// files without an extension, or with the execute permission, are looked into.
bool may_be_script(const std::string& path) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  return name.find('.') == std::string_view::npos || ::access(path.c_str(), X_OK) == 0;
}

bool is_code(const std::string& path, const tracer::PathContext& context) {
  const PathClass path_class =
      tracer::classify_path(path, tracer::AccessKind::Input, context).path_class;
  if (path_class == PathClass::Code) return true;
  return path_class == PathClass::Data && may_be_script(path) && tracer::has_shebang(path);
}

bool counts(const hooks::GitChange& change, const tracer::PathContext& context) {
  return change.kind == hooks::GitChangeKind::Tracked || is_code(change.path, context);
}

}  // namespace

TreeState tree_state(const Workspace& workspace, const hooks::GitSnapshot& snapshot,
                     const std::function<bool(const std::string&)>& is_known_output) {
  const tracer::PathContext context{.root = snapshot.repository.root, .home = {}, .temporary = {}};
  TreeState state;
  for (const hooks::GitChange& change : snapshot.changes) {
    if (!counts(change, context)) continue;
    const bool tracked = change.kind == hooks::GitChangeKind::Tracked;
    if (is_known_output(stored_path(workspace, change.path))) {
      if (tracked) state.known_outputs.push_back(change.path);
    } else if (change.in_submodule) {
      state.in_submodules.push_back(change.path);
    } else {
      (tracked ? state.modified : state.untracked_code).push_back(change.path);
    }
  }
  return state;
}

bool needs_known_outputs(const Workspace& workspace, const hooks::GitSnapshot& snapshot) {
  const auto nothing = [](const std::string&) { return false; };
  return !tree_state(workspace, snapshot, nothing).clean();
}

}  // namespace roar::plumbing
