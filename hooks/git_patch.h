#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/git.h"

namespace roar::hooks {

// The part of a patch that is about one file.
struct GitPatchPart {
  std::string name;     // as git names the file: relative to the root of the work tree
  std::string text;     // from "diff --git" to the end of its last line
  bool binary = false;  // the text shows nothing of the content
};

struct GitPatch {
  std::vector<GitPatchPart> parts;  // a file whose type changes has two
  bool cut_off = false;             // `limit` was reached: files are missing at the end
};

// What leads from `commit` (empty: from nothing) to the files on disk, for changed tracked files
// `paths` (absolute), byte for byte: `git apply` restores them on top of the commit. Settings of
// the user (colours, prefixes, external tools) have no effect. About `limit` bytes at most. Throws
// Errc::Io if git cannot say.
GitPatch git_patch(const GitRepository& repository, const std::string& commit,
                   const std::vector<std::string>& paths, std::size_t limit);

// Splits what `git diff` prints, given that no file is renamed and the prefixes are "a/" and "b/".
// Throws Errc::Io for what is no such patch.
std::vector<GitPatchPart> split_patch(std::string_view patch);

// The content that `commit` has under a name; nullopt if it has none, or more than `limit` bytes.
std::optional<std::string> git_content(const GitRepository& repository, const std::string& commit,
                                       const std::string& name, std::size_t limit);

}  // namespace roar::hooks
