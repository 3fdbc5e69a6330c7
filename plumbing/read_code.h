#pragma once

#include <span>
#include <string>
#include <vector>

#include "objects/git_state.h"
#include "plumbing/code_baseline.h"
#include "plumbing/observed_edges.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Compares the code that a job read with the commit: names in `git` what drifted, and keeps the
// bytes of what neither commit nor patch has, if the baseline says so: appends to `git.code` and
// `blobs`, or names the file in `git.withheld`. The edges must have their contents. Costs nothing
// if no code changed since the baseline was taken. Does not throw where git fails: then the files
// in question are withheld as "git-failed".
void check_read_code(const Workspace& workspace, const CodeBaseline& before,
                     const ObservedEdges& observed, GitState& git, std::vector<std::string>& blobs);

}  // namespace roar::plumbing
