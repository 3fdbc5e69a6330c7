#include "hooks/git.h"

#include <limits.h>
#include <stdlib.h>

#include "hooks/git_status.h"
#include "hooks/libgit2.h"
#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/subprocess.h"

namespace roar::hooks {
namespace {

bool is_set(const char* name) noexcept {
  const char* value = ::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets variables
  return value != nullptr && *value != '\0';
}

}  // namespace

std::optional<std::string> git_root(const std::string& directory) {
  if (is_set("GIT_DIR") || is_set("GIT_WORK_TREE")) return libgit2_root(directory);
  for (std::filesystem::path here = directory;; here = here.parent_path()) {
    if (file_exists(here / ".git")) return here.string();
    if (here == here.parent_path()) return std::nullopt;
  }
}

std::optional<GitSnapshot> git_snapshot(const std::string& directory) {
  const auto root = git_root(directory);
  if (!root) return std::nullopt;
  // Without optional locks `git status` leaves the index alone, so that it never gets in the way of
  // a git command that runs at the same time.
  const SubprocessResult result =
      run_subprocess({"git", "status", "--porcelain=v2", "--branch", "--no-ahead-behind",
                      "--no-renames", "-z", "--untracked-files=all"},
                     {{"GIT_OPTIONAL_LOCKS", "0"}, {"LC_ALL", "C"}}, *root);
  if (result.status == 127) return libgit2_snapshot(*root);
  if (result.status != 0) {
    std::string words = result.errors;
    while (words.ends_with('\n')) words.pop_back();
    throw Error(Errc::Io, "git status failed in '" + *root + "': " + words);
  }
  return parse_git_status(result.output, *root);
}

std::string git_origin(const std::string& root) {
  return without_credentials(libgit2_remote(root));
}

std::string git_config_file(const std::string& root) {
  return root + "/.git/config";
}

std::string without_credentials(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t host = scheme + 3;
  const std::size_t end = url.find('/', host);
  const std::size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos || at < host) return std::string(url);
  if (url.starts_with("ssh://")) {
    const std::size_t colon = url.substr(host, at - host).find(':');
    if (colon == std::string_view::npos) return std::string(url);
  }
  return std::string(url.substr(0, host)) + std::string(url.substr(at + 1));
}

}  // namespace roar::hooks
