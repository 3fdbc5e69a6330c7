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
class Store;
}

namespace roar::plumbing {

inline constexpr std::chrono::milliseconds kGitTimeout{10'000};

struct CodeState {
  GitState git;
  TreeState tree;
  hooks::GitRepository repository;
  Timestamp taken;      // just before git looked at the tree, by the clock of file stamps
  std::string problem;  // if git.unknown: why, for people
};

// What ties the code to a commit, for the repository that the current directory lies in; nullopt
// outside of any. Opens the store for a moment if the answer depends on which files are known
// outputs. The remote's URL is cached until the repository's configuration changes. If git needs
// longer than `limit`, or fails, the state is `unknown`.
std::optional<CodeState> code_state(const Workspace& workspace, std::chrono::milliseconds limit);
// The same for a store that is open already. Without the remote it takes less time.
enum class RemoteUrl : std::uint8_t { Wanted, Unwanted };
std::optional<CodeState> code_state(const Workspace& workspace, const Store& store,
                                    RemoteUrl remote);

}  // namespace roar::plumbing
