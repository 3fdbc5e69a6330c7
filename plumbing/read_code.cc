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

// One input of class code.
struct ReadFile {
  const Edge* edge;
  const EdgeSource* source;
};
using RecentFiles = std::map<std::string, ReadFile>;  // by absolute path

class ReadCode {
 public:
  ReadCode(const Workspace& workspace, const CodeBaseline& before, GitState& git,
           std::vector<std::string>& blobs)
      : workspace_(workspace), before_(before), git_(git), blobs_(blobs) {}

  void check(const ObservedEdges& observed) {
    for (std::size_t i = 0; i < observed.edges.size(); ++i) {
      const Edge& edge = observed.edges[i];
      if (edge.role != EdgeRole::Input || edge.path_class != PathClass::Code) continue;
      const std::string path = absolute_path(workspace_, edge.path);
      if (path.starts_with(before_.repository.root + "/"))
        look_at(path, {.edge = &edge, .source = &observed.sources[i]});
    }
    compare_recent();
    finish();
  }

 private:
  void look_at(const std::string& path, const ReadFile& file) {
    const bool recent = file.source->stamp.changed >= before_.taken;
    const bool changed = contains(before_.changed, path);
    if (changed) git_.drifted.push_back(file.edge->path);
    if (changed && (recent || !contains(before_.patched, path))) keep(path, file);
    if (contains(before_.untracked_code, path)) {
      keep(path, file);
    } else if (recent && !changed) {
      recent_[repository_of(path)].emplace(path, file);
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
        for (const auto& [path, file] : files) withhold(file.edge->path, "git-failed");
      }
    }
  }

  void compare(const std::string& root, const RecentFiles& files) {
    const bool own = root == before_.repository.root;
    const auto repository =
        own ? before_.repository : hooks::GitRepository{.root = root, .directory = {}};
    std::vector<std::string> paths;
    for (const auto& [path, file] : files) paths.push_back(path);
    for (const hooks::GitChange& change :
         hooks::git_changes_of(repository, own ? git_.commit : std::string(), paths, kGitTimeout)) {
      const auto found = files.find(change.path);
      if (found == files.end()) continue;
      const ReadFile& file = found->second;
      if (change.kind == hooks::GitChangeKind::Tracked) git_.drifted.push_back(file.edge->path);
      keep(change.path, file);
    }
  }

  void withhold(const std::string& stored, std::string reason) {
    if (std::ranges::count(git_.withheld, stored, &WithheldCode::path) == 0) {
      git_.withheld.push_back({.path = stored, .reason = std::move(reason)});
    }
  }

  // Only the version that was read counts.
  void keep(const std::string& path, const ReadFile& file) {
    if (!before_.keep) return;
    const Edge& edge = *file.edge;
    const std::string& stored = edge.path;
    if (edge.size > before_.limit - kept_bytes_) return withhold(stored, "size");
    const auto bytes = file.source->exists()
                           ? read_file(content_path(workspace_, edge, *file.source))
                           : std::nullopt;
    if (!bytes || !edge.artifact ||
        object_id_of({.blake3 = to_hex(blake3_of(*bytes)), .size = bytes->size()}) !=
            *edge.artifact) {
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
                     const ObservedEdges& observed, GitState& git,
                     std::vector<std::string>& blobs) {
  ReadCode(workspace, before, git, blobs).check(observed);
}

}  // namespace roar::plumbing
