#include "plumbing/pop.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "hooks/git.h"
#include "hooks/git_tracked.h"
#include "objects/base/error.h"
#include "objects/hash_files.h"
#include "objects/history.h"
#include "objects/newest_uses.h"
#include "plumbing/refs/hooked_write.h"

namespace roar::plumbing {
namespace {

bool is_written_data(const Edge& edge) noexcept {
  return edge.role == EdgeRole::Output && edge.via.empty() &&
         (edge.path_class == PathClass::Data || edge.path_class == PathClass::Code ||
          edge.path_class == PathClass::Cache);
}

bool others_wrote_it(const ReadTransaction& transaction, const Edge& edge, const ObjectId& job) {
  const std::uint64_t number = number_of_job(transaction, job);
  bool found = false;
  for_each_use_newest_first(transaction, *edge.artifact, EdgeRole::Output,
                            [&](const NumberedUse& use) {
                              found = use.job != number && use.path == edge.path;
                              return !found;
                            });
  return found;
}

// A file that only this job wrote, and the content that it had then.
struct Candidate {
  std::string path;
  std::string blake3;
};

void remove_unless_changed(const std::vector<Candidate>& candidates, WrittenFiles& files) {
  constexpr std::array kAlgorithms{Algorithm::Blake3};
  std::vector<HashRequest> requests;
  for (const Candidate& candidate : candidates) {
    requests.push_back({.path = candidate.path, .algorithms = kAlgorithms});
  }
  const auto results = hash_files(requests);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const bool same = results[i].status == HashResult::Status::Hashed &&
                      results[i].digests.front() == candidates[i].blake3;
    (same ? files.removable : files.kept).push_back(candidates[i].path);
  }
}

void keep_tracked(const Workspace& workspace, WrittenFiles& files) {
  const auto repository = hooks::find_git(workspace.root.string());
  if (!repository || files.removable.empty()) return;
  const auto names = hooks::tracked_files(*repository, files.removable);
  // Where git cannot tell, all may be tracked.
  const auto& all = names ? *names : files.removable;
  const std::set<std::string> tracked(all.begin(), all.end());
  for (const std::string& path : files.removable) {
    if (tracked.contains(path)) files.kept.push_back(path);
  }
  std::erase_if(files.removable, [&](const std::string& path) { return tracked.contains(path); });
}

bool is_regular(const std::string& path) noexcept {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

std::optional<JobSummary> newest_job(const Store& store) {
  std::optional<JobSummary> newest;
  store.read([&](const ReadTransaction& transaction) {
    newest.reset();
    const auto session = active_session(transaction);
    if (!session) return;
    for_each_job_newest_first(transaction, *session, [&](const JobPlace& place) {
      newest = job_summary(transaction, place.job);
      return false;
    });
  });
  return newest;
}

WrittenFiles written_files(const Store& store, const Workspace& workspace, const ObjectId& job) {
  WrittenFiles files;
  std::vector<Candidate> candidates;
  store.read([&](const ReadTransaction& transaction) {
    files = {};
    candidates.clear();
    for_each_edge_of(transaction, read_job(transaction, job), [&](const Edge& edge) {
      const std::string path = absolute_path(workspace, edge.path);
      if (!is_written_data(edge) || !is_regular(path)) return true;
      if (edge.path.starts_with('/') || !edge.artifact || others_wrote_it(transaction, edge, job)) {
        files.kept.push_back(path);
      } else {
        candidates.push_back({path, read_artifact(transaction, *edge.artifact).blake3});
      }
      return true;
    });
  });
  remove_unless_changed(candidates, files);
  keep_tracked(workspace, files);
  return files;
}

void pop(Store& store, const Workspace& workspace, const ObjectId& job) {
  const Timestamp now = Timestamp::now();
  write_with_hook(store, UserHooks(workspace),
                  [&](WriteTransaction& transaction) { pop_job(transaction, job, now); });
}

std::size_t remove_files(const std::vector<std::string>& paths) {
  std::size_t removed = 0;
  for (const std::string& path : paths) {
    if (::unlink(path.c_str()) == 0) {
      ++removed;
    } else if (errno != ENOENT) {
      throw_errno(errno, "remove", path);
    }
  }
  return removed;
}

}  // namespace roar::plumbing
