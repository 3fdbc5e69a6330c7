#include "plumbing/read_code.h"

#include <algorithm>
#include <map>
#include <utility>

#include "objects/artifact.h"
#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"
#include "plumbing/git_state.h"
#include "plumbing/keep_patch.h"

namespace roar::plumbing {
namespace {

bool contains(const std::vector<std::string>& sorted, const std::string& path) {
  return std::ranges::binary_search(sorted, path);
}

using RecentFiles = std::map<std::string, const ObservedEdge*>;  // by absolute path

class ReadCode {
 public:
  ReadCode(const Workspace& workspace, const CodeBaseline& before, GitState& git,
           std::vector<std::string>& blobs)
      : workspace_(workspace), before_(before), git_(git), blobs_(blobs) {}

  void check(std::span<const ObservedEdge> edges) {
    for (const ObservedEdge& observed : edges) {
      if (observed.edge.role != EdgeRole::Input || observed.edge.path_class != PathClass::Code) {
        continue;
      }
      const std::string path = absolute_path(workspace_, observed.edge.path);
      if (path.starts_with(before_.repository.root + "/")) look_at(path, observed);
    }
    compare_recent();
    finish();
  }

 private:
  void look_at(const std::string& path, const ObservedEdge& observed) {
    const bool recent = observed.stamp.changed >= before_.taken;
    const bool changed = contains(before_.changed, path);
    if (changed) git_.drifted.push_back(observed.edge.path);
    if (changed && (recent || !contains(before_.patched, path))) keep(path, observed);
    if (contains(before_.untracked_code, path)) {
      keep(path, observed);
    } else if (recent && !changed) {
      recent_[repository_of(path)].emplace(path, &observed);
    }
  }

  // A submodule has a commit of its own.
  std::string repository_of(const std::string& path) const {
    const auto repository = hooks::find_git(path.substr(0, path.rfind('/')));
    return repository && repository->root.size() > before_.repository.root.size()
               ? repository->root
               : before_.repository.root;
  }

  void compare_recent() {
    for (const auto& [root, files] : recent_) {
      try {
        compare(root, files);
      } catch (const Error&) {
        for (const auto& [path, edge] : files) withhold(edge->edge.path, "git-failed");
      }
    }
  }

  void compare(const std::string& root, const RecentFiles& files) {
    const bool own = root == before_.repository.root;
    const auto repository =
        own ? before_.repository : hooks::GitRepository{.root = root, .directory = {}};
    std::vector<std::string> paths;
    for (const auto& [path, edge] : files) paths.push_back(path);
    for (const hooks::GitChange& change :
         hooks::git_changes_of(repository, own ? git_.commit : std::string(), paths, kGitTimeout)) {
      const auto found = files.find(change.path);
      if (found == files.end()) continue;
      const ObservedEdge& observed = *found->second;
      if (change.kind == hooks::GitChangeKind::Tracked) {
        git_.drifted.push_back(observed.edge.path);
      }
      keep(change.path, observed);
    }
  }

  void withhold(const std::string& stored, std::string reason) {
    if (std::ranges::count(git_.withheld, stored, &WithheldCode::path) == 0) {
      git_.withheld.push_back({.path = stored, .reason = std::move(reason)});
    }
  }

  // Only the version that was read counts.
  void keep(const std::string& path, const ObservedEdge& observed) {
    if (!before_.keep) return;
    const std::string& stored = observed.edge.path;
    if (observed.edge.size > before_.limit - kept_bytes_) return withhold(stored, "size");
    const auto bytes = observed.content.empty() ? std::nullopt : read_file(observed.content);
    if (!bytes || !observed.edge.artifact ||
        object_id_of({.blake3 = to_hex(blake3_of(*bytes)), .size = bytes->size()}) !=
            *observed.edge.artifact) {
      return withhold(stored, "changed");
    }
    std::string reason = reason_to_withhold(path, *bytes);
    if (!reason.empty()) return withhold(stored, std::move(reason));
    std::erase_if(git_.withheld, [&](const WithheldCode& one) { return one.path == stored; });
    git_.code.push_back({.path = stored, .blob = object_id_of(ObjectType::Blob, *bytes)});
    kept_bytes_ += bytes->size();
    blobs_.push_back(*bytes);
  }

  void finish() {
    std::ranges::sort(git_.code);
    std::ranges::sort(git_.drifted);
    std::ranges::sort(git_.withheld);
  }

  const Workspace& workspace_;
  const CodeBaseline& before_;
  GitState& git_;
  std::vector<std::string>& blobs_;
  // Files that may have changed since the baseline, by the root of their repository.
  std::map<std::string, RecentFiles> recent_;
  std::uint64_t kept_bytes_ = 0;
};

}  // namespace

void check_read_code(const Workspace& workspace, const CodeBaseline& before,
                     std::span<const ObservedEdge> edges, GitState& git,
                     std::vector<std::string>& blobs) {
  ReadCode(workspace, before, git, blobs).check(edges);
}

}  // namespace roar::plumbing
