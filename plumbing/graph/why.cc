#include "plumbing/graph/why.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "objects/base/error.h"
#include "objects/cache.h"
#include "objects/newest_uses.h"
#include "plumbing/graph/disk_files.h"
#include "plumbing/graph/upstream.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

// A content that was at a path for some time: uses of it in a row.
struct Reign {
  ObjectId artifact;
  ObjectId first;  // job
  bool written = false;
  std::optional<ObjectId> last_writer = {};  // if any job wrote it while it was there
};

// Newest first: down to the newest of `target`, and the one before that.
std::vector<Reign> reigns_at(const ReadTransaction& transaction, std::string_view path,
                             const ObjectId& target) {
  const auto info = transaction.info(target);
  const std::uint64_t wanted = info ? info->sequence : 0;
  struct Numbers {
    std::uint64_t artifact;
    std::uint64_t first;
    bool written;
    std::uint64_t last_writer;  // 0: none
  };
  std::vector<Numbers> found;
  for_each_path_use_newest_first(transaction, path, [&](const NumberedPathUse& use) {
    if (use.artifact == 0) return true;
    if (found.empty() || found.back().artifact != use.artifact) {
      if (found.size() > 1 && std::next(found.rbegin())->artifact == wanted) return false;
      found.push_back({use.artifact, 0, false, 0});
    }
    Numbers& reign = found.back();
    reign.first = use.job;
    reign.written = use.role == EdgeRole::Output;
    if (reign.written && reign.last_writer == 0) reign.last_writer = use.job;
    return true;
  });
  std::vector<Reign> reigns;
  for (const Numbers& one : found) {
    reigns.push_back({.artifact = id_of_numbered(transaction, one.artifact),
                      .first = id_of_numbered(transaction, one.first),
                      .written = one.written});
    if (one.last_writer != 0)
      reigns.back().last_writer = id_of_numbered(transaction, one.last_writer);
  }
  return reigns;
}

class WhyFinder {
 public:
  WhyFinder(const ReadTransaction& transaction, const Workspace& workspace)
      : transaction_(transaction), workspace_(workspace) {}

  WhyView find(std::string_view name) {
    const LineageTarget target = lineage_target(transaction_, workspace_, name);
    if (!target.artifact) {
      throw Error(Errc::Usage, "why is for a file or an artifact, and " + quoted_subject(name) +
                                   " is neither\nhint: 'roar diff' compares jobs and sessions");
    }
    view_.path = target.path.empty() ? path_of(*target.artifact) : target.path;
    const std::vector<Reign> reigns = reigns_at(transaction_, view_.path, *target.artifact);
    const auto now = std::ranges::find(reigns, *target.artifact, &Reign::artifact);
    if (now == reigns.end()) {
      throw Error(Errc::NotFound, "no job used " + quoted_subject(name));
    }
    view_.newest = now == reigns.begin();
    view_.now = version_of(*now, now->written ? std::optional(now->first) : std::nullopt);
    view_.disk = disk_state();
    if (std::next(now) == reigns.end()) return std::move(view_);
    const Reign& before = *std::next(now);
    view_.before = version_of(before, before.last_writer);
    explain();
    return std::move(view_);
  }

 private:
  // Where it was written last, else where it was read last.
  std::string path_of(const ObjectId& artifact) const {
    std::string path;
    bool found = false;
    for (const EdgeRole role : {EdgeRole::Output, EdgeRole::Input}) {
      if (found) break;
      for_each_use_newest_first(transaction_, artifact, role, [&](const NumberedUse& use) {
        path = use.path;
        found = true;
        return false;
      });
    }
    return path;
  }

  WhyVersion version_of(const Reign& reign, const std::optional<ObjectId>& writer) const {
    WhyVersion version{.artifact = reign.artifact,
                       .digest = {},
                       .writer = {},
                       .seen = job_summary(transaction_, reign.first)};
    const auto digests = digests_of(transaction_, reign.artifact);
    if (!digests.empty()) version.digest = digests.front().digest;
    if (writer) version.writer = job_summary(transaction_, *writer);
    return version;
  }

  DiskState disk_state() const {
    Cache cache(workspace_.cache_directory());
    DiskFiles disk(workspace_, cache);
    const std::size_t question =
        disk.ask(view_.path, read_artifact(transaction_, view_.now.artifact).size);
    disk.look();
    const FileNow& now = disk.answer(question);
    if (now.state == FileNow::State::Gone) return DiskState::Missing;
    if (now.state == FileNow::State::Unreadable) return DiskState::Unknown;
    return now.has(view_.now.artifact) ? DiskState::Same : DiskState::Differs;
  }

  void explain() {
    if (!view_.now.writer) {
      view_.answer = WhyView::Answer::Outside;
      return;
    }
    if (!view_.before->writer) {
      view_.answer = WhyView::Answer::Appeared;
      return;
    }
    view_.comparison = compare_jobs(
        transaction_, {JobPair{.before = view_.before->writer->id, .after = view_.now.writer->id}});
    note_incomplete(*view_.before->writer);
    note_incomplete(*view_.now.writer);
    const Difference* first = view_.first();
    view_.answer = first != nullptr ? WhyView::Answer::Difference : WhyView::Answer::Unexplained;
    for (const auto& [before, after] : view_.comparison.unexplained) {
      note_incomplete(before);
      note_incomplete(after);
      if (first == nullptr) find_chain(after.id);
    }
    if (first != nullptr && first->job_after) find_chain(first->job_after->id);
  }

  void note_incomplete(const JobSummary& job) {
    const bool known = std::ranges::any_of(
        view_.incomplete, [&](const JobSummary& other) { return other.id == job.id; });
    if (!job.complete && !known) view_.incomplete.push_back(job);
  }

  // From a job down to the one that wrote the file. Consequences are in the order of distance, so
  // each is made by a job farther away than the one that read it.
  void find_chain(const ObjectId& from) {
    ObjectId job = from;
    std::unordered_set<ObjectId> seen;
    while (seen.insert(job).second) {
      const auto made =
          std::ranges::find_if(view_.comparison.consequences,
                               [&](const Consequence& one) { return one.made_after.id == job; });
      if (made == view_.comparison.consequences.end()) return;
      view_.chain.push_back(*made);
      job = made->reader_after;
    }
  }

  const ReadTransaction& transaction_;
  const Workspace& workspace_;
  WhyView view_;
};

}  // namespace

// What can change a result counts before what only tells that something did; of that, what is
// farthest from the file, because all after it may follow from it.
const Difference* WhyView::first() const {
  constexpr int kCause = 50;
  const Difference* best = nullptr;
  for (const Difference& one : comparison.differences) {
    if (one.kind == DifferenceKind::Outcome || one.kind == DifferenceKind::Commit) continue;
    const bool cause = one.weight >= kCause;
    const bool best_cause = best != nullptr && best->weight >= kCause;
    const bool better = best == nullptr || (cause && !best_cause) ||
                        (cause == best_cause && one.distance > best->distance);
    if (better) best = &one;
  }
  return best;
}

WhyView why(const Store& store, const Workspace& workspace, std::string_view name) {
  WhyView view;
  store.read([&](const ReadTransaction& transaction) {
    view = WhyFinder(transaction, workspace).find(name);
  });
  return view;
}

}  // namespace roar::plumbing
