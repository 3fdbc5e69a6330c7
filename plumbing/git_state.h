#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "hooks/git.h"
#include "objects/base/timestamp.h"
#include "objects/git_state.h"
#include "plumbing/clean_tree.h"
#include "plumbing/workspace.h"

namespace roar {
class Cache;
class Store;
}  // namespace roar

namespace roar::plumbing {

inline constexpr std::chrono::milliseconds kGitTimeout{10'000};

struct CodeState {
  GitState git;
  TreeState tree;
  hooks::GitRepository repository;
  Timestamp taken;      // just before git looked at the tree, by the clock of file stamps
  std::string problem;  // if git.unknown: why, for people
};

// What ties the code to a commit, for the repository that the current directory lies in. Git takes
// longer than nearly all that a command does beside it, so it is started at once, and what it says
// is looked at later. If it needs longer than `limit`, or fails, the state is `unknown`.
class CodeQuestion {
 public:
  // `workspace` must outlive it.
  CodeQuestion(const Workspace& workspace, std::chrono::milliseconds limit);

  // Waits for git; nullopt outside of any repository. To be called once. Opens the store for a
  // moment if the answer depends on which files are known outputs. The remote's URL is kept in
  // `cache` until the repository's configuration changes.
  std::optional<CodeState> answer(Cache& cache);
  // The same for a store that is open already. Without the remote it takes less time.
  enum class RemoteUrl : std::uint8_t { Wanted, Unwanted };
  std::optional<CodeState> answer(const Store& store, RemoteUrl remote);

 private:
  std::optional<hooks::GitSnapshot> snapshot();

  const Workspace& workspace_;
  Timestamp asked_;
  std::optional<hooks::GitStatus> status_;  // none: outside of any repository
};

}  // namespace roar::plumbing
