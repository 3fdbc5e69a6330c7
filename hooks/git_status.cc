#include "hooks/git_status.h"

#include "objects/base/error.h"

namespace roar::hooks {
namespace {

// The next record, without its NUL; the rest stays in `output`.
std::string_view next_record(std::string_view& output) {
  const std::size_t end = output.find('\0');
  if (end == std::string_view::npos) {
    throw Error(Errc::Io, "git status printed a record without an end");
  }
  const std::string_view record = output.substr(0, end);
  output.remove_prefix(end + 1);
  return record;
}

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

}  // namespace

GitSnapshot parse_git_status(std::string_view output, const std::string& root) {
  GitSnapshot snapshot{.root = root, .commit = {}, .branch = {}, .changes = {}};
  const auto add = [&](std::string_view path, GitChangeKind kind) {
    snapshot.changes.push_back({.path = root + "/" + std::string(path), .kind = kind});
  };
  while (!output.empty()) {
    const std::string_view record = next_record(output);
    if (record.starts_with("# ")) {
      read_header(snapshot, record);
    } else if (record.starts_with("1 ")) {
      add(after_fields(record, 8), GitChangeKind::Tracked);
    } else if (record.starts_with("2 ")) {
      add(after_fields(record, 9), GitChangeKind::Tracked);
      next_record(output);  // the name before the rename
    } else if (record.starts_with("u ")) {
      add(after_fields(record, 10), GitChangeKind::Tracked);
    } else if (record.starts_with("? ")) {
      add(record.substr(2), GitChangeKind::Untracked);
    } else if (!record.starts_with("! ")) {
      throw Error(Errc::Io, "git status printed '" + std::string(record) + "', which is no record");
    }
  }
  return snapshot;
}

}  // namespace roar::hooks
