#include "objects/step_survey.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "objects/index.h"

namespace roar {
namespace {

// So far back the session is read, at some microseconds an entry.
constexpr std::size_t kEntriesRead = 64;

using StepKey = std::pair<JobKind, std::uint32_t>;

// The entries of a session from the newest back, until enough is known.
struct ReadBack {
  std::vector<StepTip> tips;
  bool has_all_tips = false;
  bool has_met = false;             // the entry at which the counts are known
  std::set<StepKey> since;          // steps of entries after that
  std::set<std::uint64_t> entries;  // sequence numbers of those
};

class BackReader {
 public:
  BackReader(const ReadTransaction& transaction, std::size_t tips_max, const StepCounts& known)
      : transaction_(transaction), tips_max_(tips_max), known_(known) {}

  ReadBack read(const ObjectId& head) {
    std::optional<ObjectId> next = head;
    for (std::size_t i = 0; next && i < kEntriesRead; ++i) {
      back_.has_met = back_.has_met || *next == known_.head;
      back_.has_all_tips = back_.tips.size() == tips_max_;
      if (back_.has_met && back_.has_all_tips) return std::move(back_);
      const SessionEntry entry = decode_session(transaction_.payload(*next, ObjectType::Session));
      if (entry.job) add(*next, entry);
      next = entry.previous;
    }
    back_.has_all_tips = back_.tips.size() == tips_max_ || !next;
    return std::move(back_);
  }

 private:
  void add(const ObjectId& id, const SessionEntry& entry) {
    const StepKey step{entry.kind, entry.step};
    if (seen_.insert(step).second && back_.tips.size() < tips_max_)
      back_.tips.push_back({entry.kind, entry.step, entry.step_name});
    if (back_.has_met) return;
    back_.since.insert(step);
    back_.entries.insert(IndexAccess::of(transaction_).locate(id).value().sequence);
  }

  const ReadTransaction& transaction_;
  std::size_t tips_max_;
  const StepCounts& known_;
  std::set<StepKey> seen_;
  ReadBack back_;
};

// Adds the steps that there were not yet when the counts were made: all their executions are new.
void count_since(const ReadTransaction::Impl& impl, std::string_view session, const ReadBack& back,
                 StepCounts& counts) {
  for (const auto& [kind, step] : back.since) {
    bool is_new = true;
    for_each_place_of_step(impl, session, kind, step, [&](const IndexedPlace& place) {
      return is_new = back.entries.contains(place.entry);
    });
    if (is_new) (kind == JobKind::Run ? counts.run_steps : counts.build_steps) += 1;
  }
}

}  // namespace

std::uint32_t highest_step(const ReadTransaction& transaction, std::string_view session) {
  std::uint32_t highest = 0;
  for (const JobKind kind : {JobKind::Run, JobKind::Build}) {
    const auto place = newest_place(IndexAccess::of(transaction), session, kind, std::nullopt);
    if (place) highest = std::max(highest, place->step);
  }
  return highest;
}

SurveySince survey_steps_since(const ReadTransaction& transaction, std::string_view session,
                               std::size_t tips_max, const StepCounts& known) {
  SurveySince since;
  const std::optional<SessionSummary> summary = session_summary(transaction, session);
  if (!summary) return since;
  ReadBack back = BackReader(transaction, tips_max, known).read(summary->head);
  StepSurvey& survey = since.survey;
  if (!back.has_met || !back.has_all_tips)
    survey = survey_steps(transaction, session, back.has_all_tips ? 0 : tips_max);
  if (back.has_met) {
    since.counts = known;
    since.behind = back.entries.size();
    count_since(IndexAccess::of(transaction), session, back, since.counts);
    survey.run_steps = since.counts.run_steps;
    survey.build_steps = since.counts.build_steps;
  } else {
    since.behind = std::numeric_limits<std::size_t>::max();
    since.counts = {
        .head = summary->head, .run_steps = survey.run_steps, .build_steps = survey.build_steps};
  }
  since.counts.head = summary->head;
  if (back.has_all_tips) survey.tips = std::move(back.tips);
  return since;
}

}  // namespace roar
