#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The git door: what a repository says about the code state. Nothing here writes to a repository,
// not even its index.

namespace roar::hooks {

enum class GitChangeKind : std::uint8_t { Tracked, Untracked };

struct GitChange {
  std::string path;  // absolute
  GitChangeKind kind = GitChangeKind::Tracked;
};

struct GitSnapshot {
  std::string root;                // of the work tree: absolute, resolved
  std::string commit;              // hexadecimal; empty before the first commit
  std::string branch;              // empty if the head is detached
  std::vector<GitChange> changes;  // modified, staged or conflicted tracked files; untracked files
};

// The root of the work tree that `directory` (absolute) lies in; nullopt outside of any. Looks for
// .git upwards, and honours GIT_DIR and GIT_WORK_TREE.
std::optional<std::string> git_root(const std::string& directory);

// One `git status`, or libgit2 where git is not installed (which is slower, and wrong about clean
// filters and sparse indexes). Nullopt outside of a work tree. Throws Errc::Io if the repository
// cannot be read; the message has git's own words.
std::optional<GitSnapshot> git_snapshot(const std::string& directory);

// URL of the remote "origin", else of the only remote, without user name and password. Empty if
// there is none. Reads through libgit2, which takes some 10 ms to load.
std::string git_origin(const std::string& root);

// The file whose change makes git_origin's answer stale: the repository's own configuration.
std::string git_config_file(const std::string& root);

// `url` without "user:password@" or "token@". SSH's "git@host:" is no secret and stays.
std::string without_credentials(std::string_view url);

}  // namespace roar::hooks
