#include "hooks/git_status.h"

#include "hooks/git_command.h"
#include "objects/base/error.h"

namespace roar::hooks {
namespace {

// What follows the first `count` space-separated fields.
std::string_view after_fields(std::string_view record, int count) {
  for (int i = 0; i < count; ++i) {
    const std::size_t space = record.find(' ');
    if (space == std::string_view::npos) {
      throw Error(Errc::Io, "git status printed '" + std::string(record) + "', which has no path");
    }
    record.remove_prefix(space + 1);
  }
  return record;
}

void read_header(GitSnapshot& snapshot, std::string_view record) {
  constexpr std::string_view kCommit = "# branch.oid ";
  constexpr std::string_view kBranch = "# branch.head ";
  if (record.starts_with(kCommit)) {
    const std::string_view commit = record.substr(kCommit.size());
    if (commit != "(initial)") snapshot.commit = commit;
  } else if (record.starts_with(kBranch)) {
    const std::string_view branch = record.substr(kBranch.size());
    if (branch != "(detached)") snapshot.branch = branch;
  }
}

// "1 <XY> <sub> ... <path>", where <sub> is "N..." or "S<c><m><u>".
void add_tracked(GitSnapshot& snapshot, std::string_view record, int fields) {
  const std::string_view path = after_fields(record, fields);
  const std::string full = snapshot.repository.root + "/" + std::string(path);
  const std::string_view staged = after_fields(record, 1).substr(0, 1);
  const std::string_view submodule = after_fields(record, 2).substr(0, 4);
  const bool inside =
      submodule.starts_with('S') && (submodule.find_first_of("MU") != std::string_view::npos);
  const bool itself = !inside || staged != "." || submodule.find('C') != std::string_view::npos;
  if (itself) snapshot.changes.push_back({.path = full, .kind = GitChangeKind::Tracked});
  if (inside) {
    snapshot.changes.push_back(
        {.path = full, .kind = GitChangeKind::Tracked, .in_submodule = true});
  }
}

}  // namespace

GitSnapshot parse_git_status(std::string_view output, const GitRepository& repository) {
  GitSnapshot snapshot;
  snapshot.repository = repository;
  while (!output.empty()) {
    const std::string_view record = next_git_record(output);
    if (record.starts_with("# ")) {
      read_header(snapshot, record);
    } else if (record.starts_with("1 ")) {
      add_tracked(snapshot, record, 8);
    } else if (record.starts_with("2 ")) {
      add_tracked(snapshot, record, 9);
      next_git_record(output);  // the name before the rename
    } else if (record.starts_with("u ")) {
      add_tracked(snapshot, record, 10);
    } else if (record.starts_with("? ")) {
      snapshot.changes.push_back({.path = repository.root + "/" + std::string(record.substr(2)),
                                  .kind = GitChangeKind::Untracked});
    } else if (!record.starts_with("! ")) {
      throw Error(Errc::Io, "git status printed '" + std::string(record) + "', which is no record");
    }
  }
  return snapshot;
}

}  // namespace roar::hooks
