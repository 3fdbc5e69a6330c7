#include "hooks/git.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <utility>

#include "hooks/git_command.h"
#include "hooks/git_status.h"
#include "hooks/libgit2.h"
#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/variable.h"

namespace roar::hooks {
namespace {

bool is_set(const char* name) noexcept {
  const char* value = environment_variable(name);
  return value != nullptr && *value != '\0';
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// What git makes of GIT_DIR and the like. Nullopt where it knows of no work tree.
std::optional<GitRepository> ask_git(const std::string& directory) {
  const SubprocessResult result = run_subprocess(
      {"git", "rev-parse", "--show-toplevel", "--absolute-git-dir"}, {{"LC_ALL", "C"}}, directory);
  if (result.status == 127) {
    const auto root = libgit2_root(directory);
    if (!root) return std::nullopt;
    return GitRepository{.root = *root, .directory = {}};
  }
  if (result.status != 0) return std::nullopt;
  const std::string root = first_line(result.output);
  return GitRepository{
      .root = root,
      .directory = first_line(std::string_view(result.output).substr(root.size() + 1))};
}

// An empty directory of this name, say, makes no repository; git looks further up.
bool is_repository(const std::filesystem::path& dot_git) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(dot_git, ignored) || file_exists(dot_git / "HEAD");
}

const std::vector<std::string> kStatus{"status",
                                       "--porcelain=v2",
                                       "--branch",
                                       "--no-ahead-behind",
                                       "--no-renames",
                                       "-z",
                                       "--untracked-files=all",
                                       "--ignore-submodules=none"};

bool is_outside(const SubprocessResult& result) {
  return result.errors.find("not a git repository") != std::string::npos ||
         result.errors.find("must be run in a work tree") != std::string::npos;
}

// What git prints. Throws Errc::Io if it fails.
std::string answer(const GitRepository& repository, std::vector<std::string> words,
                   const std::vector<std::string>& names, std::chrono::milliseconds limit) {
  words.insert(words.end(), names.begin(), names.end());
  SubprocessResult result = run_git(repository, words, {.time = limit, .output = {}});
  if (result.status == 0 && result.end == SubprocessEnd::Itself) return std::move(result.output);
  throw Error(Errc::Io, "git failed in '" + repository.root + "': " + git_words(result));
}

// What linked work trees have in common lies in a directory that theirs names.
std::filesystem::path common_directory(const std::filesystem::path& directory) {
  const auto text = read_file(directory / "commondir");
  return text ? directory / first_line(*text) : directory;
}

// For a snapshot without `changes`: what can be had quickly.
void add_head(GitSnapshot& snapshot) {
  const SubprocessResult result =
      run_git(snapshot.repository, {"rev-parse", "HEAD", "--abbrev-ref", "HEAD"},
              {.time = std::chrono::seconds(1), .output = {}});
  if (result.status != 0 || result.end != SubprocessEnd::Itself) return;
  snapshot.commit = first_line(result.output);
  const std::string branch =
      first_line(std::string_view(result.output).substr(snapshot.commit.size() + 1));
  if (branch != "HEAD") snapshot.branch = branch;
}

GitSnapshot unknown_snapshot(const GitRepository& repository, std::string unknown,
                             std::string problem) {
  GitSnapshot snapshot;
  snapshot.repository = repository;
  snapshot.unknown = std::move(unknown);
  snapshot.problem = std::move(problem);
  add_head(snapshot);
  return snapshot;
}

// Puts the changes inside of a submodule in the place of the word that there are some.
void open_submodules(GitSnapshot& snapshot, std::chrono::milliseconds limit) {
  const auto dirty =
      std::stable_partition(snapshot.changes.begin(), snapshot.changes.end(),
                            [](const GitChange& change) { return !change.in_submodule; });
  const std::vector<GitChange> inside(dirty, snapshot.changes.end());
  snapshot.changes.erase(dirty, snapshot.changes.end());
  for (const GitChange& change : inside) {
    const auto nested = GitStatus({.root = change.path, .directory = {}}, limit).snapshot();
    if (!nested || !nested->unknown.empty()) {
      snapshot.changes.push_back(change);
      continue;
    }
    for (GitChange found : nested->changes) {
      found.in_submodule = true;
      snapshot.changes.push_back(std::move(found));
    }
  }
}

void add_changes_of(const GitRepository& repository, const std::string& commit,
                    std::span<const std::string> paths, std::chrono::milliseconds limit,
                    std::vector<GitChange>& changes) {
  std::vector<std::string> names{"--"};
  for (const std::string& path : paths) names.push_back(git_name(repository, path));
  const GitSnapshot now = parse_git_status(answer(repository, kStatus, names, limit), repository);
  changes.insert(changes.end(), now.changes.begin(), now.changes.end());
  if (commit.empty() || now.commit == commit) return;
  // The head has moved on. `git diff` of a commit and the files would compare stamps alone, because
  // it must not refresh the index; that of two commits looks at no file.
  const std::string output = answer(
      repository, {"diff-tree", "-r", "--name-only", "-z", "--no-renames", commit, now.commit},
      names, limit);
  for (std::string_view left = output; !left.empty();) {
    changes.push_back({.path = repository.root + "/" + std::string(next_git_record(left))});
  }
}

}  // namespace

std::optional<GitRepository> find_git(const std::string& directory) {
  if (std::ranges::any_of(repository_variables(), is_set)) return ask_git(directory);
  for (std::filesystem::path here = directory;; here = here.parent_path()) {
    if (is_repository(here / ".git")) return GitRepository{.root = here.string(), .directory = {}};
    if (here == here.parent_path()) return std::nullopt;
  }
}

GitStatus::GitStatus(GitRepository repository, std::chrono::milliseconds limit)
    : repository_(std::move(repository)),
      limit_(limit),
      git_(std::make_unique<Subprocess>(
          start_git(repository_, kStatus, {.time = limit, .output = {}}))) {}

GitStatus::~GitStatus() = default;
GitStatus::GitStatus(GitStatus&&) noexcept = default;

std::optional<GitSnapshot> GitStatus::snapshot() {
  const SubprocessResult result = git_->finish();
  if (result.status == 127) return libgit2_snapshot(repository_.root);
  if (result.end == SubprocessEnd::TimeLimit) {
    return unknown_snapshot(
        repository_, "timeout",
        "git status took longer than " + std::to_string(limit_.count()) + " ms");
  }
  if (result.status != 0) {
    if (is_outside(result)) return std::nullopt;
    return unknown_snapshot(repository_, "failed", "git status failed: " + git_words(result));
  }
  GitSnapshot snapshot = parse_git_status(result.output, repository_);
  open_submodules(snapshot, limit_);
  return snapshot;
}

std::string git_config_file(const GitRepository& repository) {
  const std::filesystem::path directory = repository.directory.empty()
                                              ? std::filesystem::path(repository.root) / ".git"
                                              : std::filesystem::path(repository.directory);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(directory, ignored)) {
    return common_directory(directory) / "config";
  }
  // A linked work tree or a submodule: the file says where its directory is.
  const std::string text = first_line(read_file(directory).value_or(std::string()));
  constexpr std::string_view kPrefix = "gitdir: ";
  if (!text.starts_with(kPrefix)) return directory / "config";
  return common_directory(std::filesystem::path(repository.root) / text.substr(kPrefix.size())) /
         "config";
}

std::vector<GitChange> git_changes_of(const GitRepository& repository, const std::string& commit,
                                      const std::vector<std::string>& paths,
                                      std::chrono::milliseconds limit) {
  constexpr std::size_t kAtOnce = 500;  // well below the limit of a command line
  std::vector<GitChange> changes;
  for (std::span rest(paths); !rest.empty();) {
    const auto some = rest.first(std::min(rest.size(), kAtOnce));
    rest = rest.subspan(some.size());
    add_changes_of(repository, commit, some, limit, changes);
  }
  std::ranges::sort(changes, {}, &GitChange::path);
  const auto same = [](const GitChange& x, const GitChange& y) { return x.path == y.path; };
  changes.erase(std::unique(changes.begin(), changes.end(), same), changes.end());
  return changes;
}

}  // namespace roar::hooks
