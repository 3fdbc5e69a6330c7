#pragma once

#include <functional>
#include <optional>
#include <string>

#include "objects/job.h"
#include "plumbing/clean_tree.h"
#include "plumbing/workspace.h"

namespace roar {
class Store;
}

namespace roar::plumbing {

struct CodeState {
  GitState git;
  TreeState tree;
};

// What ties the code to a commit, for the repository that the current directory lies in; nullopt
// outside of any. Opens the store for a moment if the answer depends on which files are known
// outputs. The remote's URL is cached until the repository's configuration changes.
std::optional<CodeState> code_state(const Workspace& workspace);
// The same for a store that is open already.
std::optional<CodeState> code_state(const Workspace& workspace, const Store& store);

}  // namespace roar::plumbing
