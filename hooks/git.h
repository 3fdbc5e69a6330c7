#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The git door: what a repository says about the code state. Nothing here writes to a repository,
// not even its index, and nothing asks the network.

namespace roar {
class Subprocess;
}

namespace roar::hooks {

struct GitRepository {
  std::string root;       // of the work tree: absolute, resolved
  std::string directory;  // absolute; empty unless the environment names one (GIT_DIR)
};

// The repository whose work tree `directory` (absolute) lies in; nullopt outside of any. Looks for
// .git upwards, and asks git itself if GIT_DIR or GIT_WORK_TREE is set.
std::optional<GitRepository> find_git(const std::string& directory);

enum class GitChangeKind : std::uint8_t { Tracked, Untracked };

struct GitChange {
  std::string path;  // absolute
  GitChangeKind kind = GitChangeKind::Tracked;
  // The change lies in the work tree of a submodule, which has commits of its own.
  bool in_submodule = false;
};

struct GitSnapshot {
  GitRepository repository;
  std::string commit;  // hexadecimal; empty before the first commit
  std::string branch;  // empty if the head is detached
  // Modified, staged or conflicted tracked files; untracked files; submodules at another commit.
  std::vector<GitChange> changes;
  // Why `changes` says nothing: "timeout" or "failed"; empty if it says all. Then commit and branch
  // are those that could be had.
  std::string unknown;
  std::string problem;  // the same in git's own words
};

// One `git status`, and one for each submodule that has changes; libgit2 where git is not installed
// (which is slower, and wrong about clean filters and sparse indexes). Git works beside the caller
// from the constructor on, and is stopped after `limit`, or by the destructor.
class GitStatus {
 public:
  GitStatus(GitRepository repository, std::chrono::milliseconds limit);
  ~GitStatus();
  GitStatus(GitStatus&&) noexcept;
  GitStatus& operator=(GitStatus&&) = delete;
  GitStatus(const GitStatus&) = delete;
  GitStatus& operator=(const GitStatus&) = delete;

  // Waits for git. To be called once. Nullopt if git knows of no work tree here.
  std::optional<GitSnapshot> snapshot();

 private:
  GitRepository repository_;
  std::chrono::milliseconds limit_;
  std::unique_ptr<Subprocess> git_;
};

// URL, without user name and password, of the remote that `branch` follows; else of "origin"; else
// of the only remote or the first by name. Empty if there is none.
std::string recorded_remote(const GitRepository& repository, const std::string& branch);

// The file whose change makes recorded_remote's answer stale: the repository's own configuration.
std::string git_config_file(const GitRepository& repository);

// Those of the files `paths` (absolute, in the work tree) that are untracked, or whose bytes on
// disk, as git would store them, are not those of `commit` (empty: of the head). By path. Throws
// Errc::Io.
std::vector<GitChange> git_changes_of(const GitRepository& repository, const std::string& commit,
                                      const std::vector<std::string>& paths,
                                      std::chrono::milliseconds limit);

// `url` without "user:password@" or "token@". SSH's "git@host:" is no secret and stays.
std::string without_credentials(std::string_view url);

}  // namespace roar::hooks
