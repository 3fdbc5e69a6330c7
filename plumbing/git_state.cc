#include "plumbing/git_state.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

#include "hooks/git.h"
#include "objects/base/file_stamp.h"
#include "objects/base/utf8.h"
#include "objects/cache.h"
#include "objects/history.h"
#include "objects/store.h"
#include "plumbing/redaction.h"

namespace roar::plumbing {
namespace {

std::string origin_of(const Workspace& workspace, const std::string& root) {
  struct stat status {};
  Redactor redactor(workspace);
  if (::stat(hooks::git_config_file(root).c_str(), &status) != 0)
    return redactor.redact_text(hooks::git_origin(root));
  const FileStamp stamp = stamp_of(status);
  const std::string name = "git-origin:" + std::to_string(stamp.device) + "." +
                           std::to_string(stamp.inode) + "." + std::to_string(stamp.size) + "." +
                           std::to_string(stamp.changed.seconds) + "." +
                           std::to_string(stamp.changed.nanoseconds);
  Cache cache(workspace.cache_directory());
  const auto known = cache.values(std::array{name});
  if (known.front()) return *known.front();
  std::string url = redactor.redact_text(hooks::git_origin(root));
  cache.put_values(std::array{std::pair(name, url)});
  return url;
}

TreeState state_of(const Workspace& workspace, const hooks::GitSnapshot& snapshot,
                   const Store& store) {
  TreeState state;
  store.read([&](const ReadTransaction& transaction) {
    state = tree_state(workspace, snapshot, [&](const std::string& path) {
      return std::ranges::any_of(uses_of_path(transaction, path),
                                 [](const Use& use) { return use.role == EdgeRole::Output; });
    });
  });
  return state;
}

CodeState code_state_of(const Workspace& workspace, const hooks::GitSnapshot& snapshot,
                        TreeState tree) {
  CodeState code;
  // Names of branches need not be UTF-8; such a one is left out, the commit says enough.
  code.git = {.commit = snapshot.commit,
              .branch = is_utf8(snapshot.branch) ? Redactor(workspace).redact_text(snapshot.branch)
                                                 : std::string(),
              .remote = origin_of(workspace, snapshot.root),
              .dirty = !tree.clean()};
  code.tree = std::move(tree);
  return code;
}

}  // namespace

std::optional<CodeState> code_state(const Workspace& workspace) {
  const auto snapshot = hooks::git_snapshot(workspace.directory.string());
  if (!snapshot) return std::nullopt;
  TreeState tree;
  if (needs_known_outputs(workspace, *snapshot)) {
    const Store store(workspace.store_directory(), Store::Mode::ReadOnly);
    tree = state_of(workspace, *snapshot, store);
  }
  return code_state_of(workspace, *snapshot, std::move(tree));
}

std::optional<CodeState> code_state(const Workspace& workspace, const Store& store) {
  const auto snapshot = hooks::git_snapshot(workspace.directory.string());
  if (!snapshot) return std::nullopt;
  return code_state_of(workspace, *snapshot, state_of(workspace, *snapshot, store));
}

}  // namespace roar::plumbing
