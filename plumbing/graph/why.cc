#include "plumbing/graph/why.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "objects/base/error.h"
#include "objects/cache.h"
#include "objects/numbered_history.h"
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

// Oldest first.
std::vector<Reign> reigns_at(const ReadTransaction& transaction, std::string_view path) {
  std::vector<Reign> reigns;
  std::uint64_t artifact = 0;     // of the last reign
  std::uint64_t last_writer = 0;  // likewise; 0: none
  const auto end_reign = [&] {
    if (last_writer != 0) reigns.back().last_writer = id_of_numbered(transaction, last_writer);
    last_writer = 0;
  };
  for (const NumberedPathUse& use : numbered_uses_of_path(transaction, path)) {
    if (use.artifact == 0) continue;
    const bool written = use.role == EdgeRole::Output;
    if (use.artifact != artifact) {
      end_reign();
      artifact = use.artifact;
      reigns.push_back({.artifact = id_of_numbered(transaction, artifact),
                        .first = id_of_numbered(transaction, use.job),
                        .written = written});
    }
    if (written) last_writer = use.job;
  }
  end_reign();
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
    const std::vector<Reign> reigns = reigns_at(transaction_, view_.path);
    auto now = reigns.rbegin();
    while (now != reigns.rend() && now->artifact != *target.artifact) ++now;
    if (now == reigns.rend()) {
      throw Error(Errc::NotFound, "no job used " + quoted_subject(name));
    }
    view_.newest = now == reigns.rbegin();
    view_.now = version_of(*now, now->written ? std::optional(now->first) : std::nullopt);
    view_.disk = disk_state();
    if (std::next(now) == reigns.rend()) return std::move(view_);
    const Reign& before = *std::next(now);
    view_.before = version_of(before, before.last_writer);
    explain();
    return std::move(view_);
  }

 private:
  std::string path_of(const ObjectId& artifact) const {
    const std::vector<Use> uses = uses_of_artifact(transaction_, artifact);
    const auto written = std::find_if(uses.rbegin(), uses.rend(),
                                      [](const Use& use) { return use.role == EdgeRole::Output; });
    if (written != uses.rend()) return written->path;
    return uses.empty() ? std::string() : uses.back().path;
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
