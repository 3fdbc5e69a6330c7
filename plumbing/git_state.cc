#include "plumbing/git_state.h"

#include <sys/stat.h>

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "hooks/git.h"
#include "objects/base/file_stamp.h"
#include "objects/base/hex.h"
#include "objects/base/utf8.h"
#include "objects/blake3.h"
#include "objects/cache.h"
#include "objects/numbered_history.h"
#include "objects/store.h"
#include "plumbing/redaction.h"

namespace roar::plumbing {
namespace {

// The remote that is recorded for `branch`.
std::string remote_of(const Workspace& workspace, const hooks::GitRepository& repository,
                      const std::string& branch, Cache& cache) {
  struct stat status {};
  Redactor redactor(workspace);
  if (::stat(hooks::git_config_file(repository).c_str(), &status) != 0)
    return redactor.redact_text(hooks::recorded_remote(repository, branch));
  const FileStamp stamp = stamp_of(status);
  const std::string name = "git-remote:" + std::to_string(stamp.device) + "." +
                           std::to_string(stamp.inode) + "." + std::to_string(stamp.size) + "." +
                           std::to_string(stamp.changed.seconds) + "." +
                           std::to_string(stamp.changed.nanoseconds) + "." +
                           to_hex(blake3_of(branch));  // a name may hold a secret
  const auto known = cache.values(std::array{name});
  if (known.front()) return *known.front();
  std::string url = redactor.redact_text(hooks::recorded_remote(repository, branch));
  cache.put_values(std::array{std::pair(name, url)});
  return url;
}

TreeState state_of(const Workspace& workspace, const hooks::GitSnapshot& snapshot,
                   const Store& store) {
  TreeState state;
  store.read([&](const ReadTransaction& transaction) {
    state = tree_state(workspace, snapshot, [&](const std::string& path) {
      return !numbered_uses_of_path(transaction, path, EdgeRole::Output).empty();
    });
  });
  return state;
}

// Without a cache the remote is left out.
CodeState code_state_of(const Workspace& workspace, const hooks::GitSnapshot& snapshot,
                        TreeState tree, Timestamp taken, Cache* cache) {
  CodeState code;
  // Names of branches need not be UTF-8; such a one is left out, the commit says enough.
  code.git = {.commit = snapshot.commit,
              .branch = is_utf8(snapshot.branch) ? Redactor(workspace).redact_text(snapshot.branch)
                                                 : std::string(),
              .remote = {},
              .dirty = !tree.clean(),
              .unknown = snapshot.unknown};
  // A repository that git refuses to read has nothing more to say.
  if (cache != nullptr && snapshot.unknown != "failed") {
    code.git.remote = remote_of(workspace, snapshot.repository, snapshot.branch, *cache);
  }
  code.tree = std::move(tree);
  code.repository = snapshot.repository;
  code.taken = taken;
  code.problem = snapshot.problem;
  return code;
}

// By the clock that the kernel stamps changed files with, which lags behind the real one by up to a
// tick of its timer.
Timestamp file_time_now() noexcept {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
}

}  // namespace

CodeQuestion::CodeQuestion(const Workspace& workspace, std::chrono::milliseconds limit)
    : workspace_(workspace), asked_(file_time_now()) {
  auto repository = hooks::find_git(workspace.directory.string());
  if (repository) status_.emplace(*std::move(repository), limit);
}

std::optional<hooks::GitSnapshot> CodeQuestion::snapshot() {
  if (!status_) return std::nullopt;
  return status_->snapshot();
}

std::optional<CodeState> CodeQuestion::answer(Cache& cache) {
  const auto snapshot = this->snapshot();
  if (!snapshot) return std::nullopt;
  TreeState tree;
  if (needs_known_outputs(workspace_, *snapshot)) {
    const Store store(workspace_.store_directory(), Store::Mode::ReadOnly);
    tree = state_of(workspace_, *snapshot, store);
  }
  return code_state_of(workspace_, *snapshot, std::move(tree), asked_, &cache);
}

std::optional<CodeState> CodeQuestion::answer(const Store& store, RemoteUrl remote) {
  const auto snapshot = this->snapshot();
  if (!snapshot) return std::nullopt;
  Cache cache(workspace_.cache_directory());
  return code_state_of(workspace_, *snapshot, state_of(workspace_, *snapshot, store), asked_,
                       remote == RemoteUrl::Wanted ? &cache : nullptr);
}

}  // namespace roar::plumbing
