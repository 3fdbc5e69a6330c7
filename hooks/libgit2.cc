#include "hooks/libgit2.h"

#include <git2.h>

#include <memory>
#include <type_traits>

#include "objects/base/error.h"
#include "objects/base/shared_library.h"

namespace roar::hooks {
namespace {

// The calls that we make, found in the library at run time. The types are those of its headers.
class Libgit2 {
 public:
  Libgit2() {
    const SharedLibrary library(ROAR_LIBGIT2_SONAME);
    library.find(init, "git_libgit2_init");
    library.find(shutdown, "git_libgit2_shutdown");
    library.find(last_error, "git_error_last");
    library.find(open, "git_repository_open_ext");
    library.find(free, "git_repository_free");
    library.find(workdir, "git_repository_workdir");
    library.find(head, "git_repository_head");
    library.find(head_detached, "git_repository_head_detached");
    library.find(reference_free, "git_reference_free");
    library.find(reference_target, "git_reference_target");
    library.find(reference_shorthand, "git_reference_shorthand");
    library.find(oid_tostr, "git_oid_tostr");
    library.find(remotes, "git_remote_list");
    library.find(strings_free, "git_strarray_dispose");
    library.find(remote, "git_remote_lookup");
    library.find(remote_url, "git_remote_url");
    library.find(remote_free, "git_remote_free");
    library.find(status, "git_status_foreach_ext");
    init();
  }
  ~Libgit2() {
    shutdown();
  }  // the library stays loaded: unloading what others may hold is not safe
  Libgit2(const Libgit2&) = delete;
  Libgit2& operator=(const Libgit2&) = delete;

  decltype(&git_libgit2_init) init{};
  decltype(&git_libgit2_shutdown) shutdown{};
  decltype(&git_error_last) last_error{};
  decltype(&git_repository_open_ext) open{};
  decltype(&git_repository_free) free{};
  decltype(&git_repository_workdir) workdir{};
  decltype(&git_repository_head) head{};
  decltype(&git_repository_head_detached) head_detached{};
  decltype(&git_reference_free) reference_free{};
  decltype(&git_reference_target) reference_target{};
  decltype(&git_reference_shorthand) reference_shorthand{};
  decltype(&git_oid_tostr) oid_tostr{};
  decltype(&git_remote_list) remotes{};
  decltype(&git_strarray_dispose) strings_free{};
  decltype(&git_remote_lookup) remote{};
  decltype(&git_remote_url) remote_url{};
  decltype(&git_remote_free) remote_free{};
  decltype(&git_status_foreach_ext) status{};

  [[noreturn]] void fail(const std::string& what) const {
    const git_error* error = last_error();
    throw Error(Errc::Io, what + ": " + (error != nullptr ? error->message : "unknown reason"));
  }
};

using Repository = std::unique_ptr<git_repository, decltype(&git_repository_free)>;

// Null outside of any repository.
Repository repository_at(const Libgit2& git, const std::string& directory) {
  git_repository* repository = nullptr;
  const int result =
      git.open(&repository, directory.c_str(), GIT_REPOSITORY_OPEN_FROM_ENV, nullptr);
  if (result != 0 && result != GIT_ENOTFOUND) git.fail("cannot open the git repository");
  return {repository, git.free};
}

// Resolved and without the final slash that libgit2 writes.
std::optional<std::string> workdir_of(const Libgit2& git, git_repository* repository) {
  const char* directory = repository != nullptr ? git.workdir(repository) : nullptr;
  if (directory == nullptr) return std::nullopt;
  std::string root(directory);
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  return root;
}

void read_head(const Libgit2& git, git_repository* repository, GitSnapshot& snapshot) {
  git_reference* head = nullptr;
  const int result = git.head(&head, repository);
  if (result == GIT_EUNBORNBRANCH || result == GIT_ENOTFOUND) return;
  if (result != 0) git.fail("cannot read the git head");
  const std::unique_ptr<git_reference, decltype(&git_reference_free)> owner(head,
                                                                            git.reference_free);
  char text[GIT_OID_HEXSZ + 1];
  snapshot.commit = git.oid_tostr(text, sizeof text, git.reference_target(head));
  if (git.head_detached(repository) == 0) snapshot.branch = git.reference_shorthand(head);
}

int add_change(const char* path, unsigned flags, void* payload) noexcept {
  auto& snapshot = *static_cast<GitSnapshot*>(payload);
  if ((flags & GIT_STATUS_IGNORED) != 0) return 0;
  try {
    snapshot.changes.push_back(
        {.path = snapshot.repository.root + "/" + path,
         .kind = flags == GIT_STATUS_WT_NEW ? GitChangeKind::Untracked : GitChangeKind::Tracked});
  } catch (...) {
    return -1;  // no exception may cross the C library; git.fail() reports the abort
  }
  return 0;
}

}  // namespace

std::optional<std::string> libgit2_root(const std::string& directory) {
  const Libgit2 git;
  return workdir_of(git, repository_at(git, directory).get());
}

std::string libgit2_remote(const std::string& root) {
  const Libgit2 git;
  const Repository repository = repository_at(git, root);
  if (repository == nullptr) return {};
  git_strarray names{};
  if (git.remotes(&names, repository.get()) != 0) git.fail("cannot list the git remotes");
  std::string name = names.count == 1 ? names.strings[0] : "origin";
  git.strings_free(&names);
  git_remote* remote = nullptr;
  const int result = git.remote(&remote, repository.get(), name.c_str());
  if (result == GIT_ENOTFOUND) return {};
  if (result != 0) git.fail("cannot read the git remote '" + name + "'");
  const std::unique_ptr<git_remote, decltype(&git_remote_free)> owner(remote, git.remote_free);
  const char* url = git.remote_url(remote);
  return url != nullptr ? url : "";
}

GitSnapshot libgit2_snapshot(const std::string& root) {
  const Libgit2 git;
  const Repository repository = repository_at(git, root);
  GitSnapshot snapshot;
  snapshot.repository.root = root;
  if (repository == nullptr) return snapshot;
  read_head(git, repository.get(), snapshot);
  git_status_options options{};
  options.version = GIT_STATUS_OPTIONS_VERSION;
  options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
  options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS;
  if (git.status(repository.get(), &options, add_change, &snapshot) != 0) {
    git.fail("cannot read the git status");
  }
  return snapshot;
}

}  // namespace roar::hooks
