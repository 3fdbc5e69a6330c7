#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plumbing/git_state.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Why a file of this path and with these bytes must not be kept: a word for WithheldCode::reason;
// empty if it may.
std::string reason_to_withhold(const std::string& path, std::string_view bytes);

struct KeptPatch {
  std::string payload;                 // for `git apply` on top of the commit; may be empty
  std::vector<std::string> patched;    // absolute paths of the files in it, sorted
  std::vector<WithheldCode> withheld;  // sorted
};

// Takes the patch from the commit to the tracked files on disk. Files with secrets in them,
// credential files, what would make the patch larger than `limit` bytes, changes inside of
// submodules and files that live in git-lfs are left out and named. Does not throw where git fails:
// then all files are named.
KeptPatch keep_patch(const Workspace& workspace, const CodeState& code, std::uint64_t limit);

}  // namespace roar::plumbing
