#include "plumbing/graph/diff_names.h"

#include <algorithm>
#include <functional>
#include <set>

#include "objects/base/error.h"
#include "plumbing/quote.h"
#include "plumbing/steps.h"
#include "plumbing/unpacked/same_unpacked.h"

namespace roar::plumbing {
namespace {

constexpr int kStepWeight = 75;
constexpr int kSourceWeight = 90;

DiffSide side_of(const ReadTransaction& transaction, const Workspace& workspace,
                 std::string_view name) {
  DiffSide side{.name = std::string(name),
                .target = lineage_target(transaction, workspace, name),
                .digest = {},
                .job = {}};
  if (side.target.artifact) {
    const auto digests = digests_of(transaction, *side.target.artifact);
    if (!digests.empty()) side.digest = digests.front().digest;
  }
  if (side.target.session.empty() && !side.target.jobs.empty()) {
    side.job = job_summary(transaction, side.target.jobs.front());
  }
  return side;
}

struct SessionStep {
  Step step;
  JobSummary job;
};

std::vector<SessionStep> steps(const ReadTransaction& transaction, const std::string& session) {
  std::vector<SessionStep> result;
  for (Step& step : steps_of_session(transaction, session)) {
    JobSummary job = job_summary(transaction, step.job);
    result.push_back({.step = std::move(step), .job = std::move(job)});
  }
  return result;
}

// Takes out of the two lists what corresponds to each other.
class StepMatch {
 public:
  StepMatch(std::vector<SessionStep> before, std::vector<SessionStep> after)
      : before_(std::move(before)), after_(std::move(after)) {
    match([](const SessionStep& a, const SessionStep& b) {
      return !a.step.name.empty() && a.step.name == b.step.name;
    });
    match([](const SessionStep& a, const SessionStep& b) { return a.job.argv == b.job.argv; });
    match([](const SessionStep& a, const SessionStep& b) {
      return a.step.number == b.step.number && a.step.name.empty() == b.step.name.empty();
    });
  }

  const std::vector<JobPair>& pairs() const noexcept { return pairs_; }
  const std::vector<SessionStep>& only_before() const noexcept { return before_; }
  const std::vector<SessionStep>& only_after() const noexcept { return after_; }

 private:
  void match(const std::function<bool(const SessionStep&, const SessionStep&)>& corresponds) {
    std::erase_if(before_, [&](const SessionStep& one) {
      const auto other = std::ranges::find_if(after_, [&](const SessionStep& candidate) {
        return one.step.kind == candidate.step.kind && corresponds(one, candidate);
      });
      if (other == after_.end()) return false;
      pairs_.push_back({.before = one.job.id, .after = other->job.id});
      after_.erase(other);
      return true;
    });
  }

  std::vector<SessionStep> before_;
  std::vector<SessionStep> after_;
  std::vector<JobPair> pairs_;
};

std::string title_of(const SessionStep& step) {
  return step.step.name.empty() ? quoted_for_shell(step.job.argv) : step.step.name;
}

void compare_sessions(const ReadTransaction& transaction, DiffView& view) {
  const StepMatch match(steps(transaction, view.before.target.session),
                        steps(transaction, view.after.target.session));
  view.comparison = compare_jobs(transaction, match.pairs());
  auto& differences = view.comparison.differences;
  const auto by_weight = [](const Difference& difference) {
    return difference.weight > kStepWeight;
  };
  auto place = std::ranges::find_if_not(differences, by_weight);
  const auto add = [&](const SessionStep& step, bool before) {
    Difference difference{.kind = DifferenceKind::Pipeline,
                          .subject = "step " + title_of(step),
                          .before = before ? "there" : "",
                          .after = before ? "" : "there",
                          .weight = kStepWeight};
    (before ? difference.job_before : difference.job_after) = step.job;
    place = std::next(differences.insert(place, std::move(difference)));
  };
  for (const SessionStep& step : match.only_before()) add(step, true);
  for (const SessionStep& step : match.only_after()) add(step, false);
}

// Of a session at an entry of it.
JobSummary newest_job(const ReadTransaction& transaction, const DiffSide& side) {
  if (side.target.jobs.empty())
    throw Error(Errc::Usage, "'" + side.name + "' is the session before its first job");
  return job_summary(transaction, side.target.jobs.front());
}

// Contents of which not both were made by recorded jobs: all there is to say is that they differ.
void compare_sources(DiffView& view) {
  const auto subject = [](const DiffSide& side) {
    return side.target.path.empty() ? side.name : side.target.path;
  };
  Difference difference{.kind = DifferenceKind::Data,
                        .subject = subject(view.after),
                        .before = view.before.digest,
                        .after = view.after.digest,
                        .weight = kSourceWeight};
  difference.job_before = view.before.job;
  difference.job_after = view.after.job;
  view.comparison.differences.push_back(std::move(difference));
}

void compare(const ReadTransaction& transaction, DiffView& view) {
  const LineageTarget& before = view.before.target;
  const LineageTarget& after = view.after.target;
  if (before.session.empty() != after.session.empty()) {
    throw Error(Errc::Usage, "a session can only be compared with another one");
  }
  const bool of_one_session = !before.session.empty() && before.session == after.session;
  if (!before.session.empty() && !of_one_session) return compare_sessions(transaction, view);
  if (of_one_session) {
    view.before.job = newest_job(transaction, view.before);
    view.after.job = newest_job(transaction, view.after);
  }
  view.same = before.artifact && after.artifact ? before.artifact == after.artifact
                                                : before.jobs == after.jobs;
  if (view.same) return;
  if (before.jobs.empty() || after.jobs.empty()) return compare_sources(view);
  view.comparison = compare_jobs(
      transaction, {JobPair{.before = before.jobs.front(), .after = after.jobs.front()}});
}

}  // namespace

DiffView diff_of_names(const Store& store, const Workspace& workspace, std::string_view before,
                       std::string_view after) {
  DiffView view;
  store.read([&](const ReadTransaction& transaction) {
    view.before = side_of(transaction, workspace, before);
    view.after = side_of(transaction, workspace, after);
    compare(transaction, view);
  });
  const auto& was = view.before.target.artifact;
  const auto& is = view.after.target.artifact;
  view.same_unpacked = !view.same && was && is && same_when_unpacked(store, workspace, *was, *is);
  return view;
}

}  // namespace roar::plumbing
