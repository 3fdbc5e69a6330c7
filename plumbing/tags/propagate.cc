#include "plumbing/tags/propagate.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "plumbing/labels/labels.h"
#include "plumbing/tags/tag_sources.h"
#include "plumbing/tags/tags.h"

namespace roar::plumbing {
namespace {

class TagPropagation {
 public:
  TagPropagation(WriteTransaction& transaction, const Job& job, const AppendedJob& appended)
      : transaction_(transaction), job_(job), session_(appended.session) {}

  void take(const ObjectId& source) { add_inherited(source, IfBlocked::Kept, inherited_); }

  bool has_work() const noexcept { return !inherited_.empty() || !job_.add_tags.empty(); }

  void give(const ObjectId& output) { give(output, inherited_); }

  // Also what its other files have: nothing was taken out of those.
  void give_composite(const ObjectId& output, const std::vector<ObjectId>& sources_of_rest) {
    TagPairs inherited = inherited_;
    for (const ObjectId& source : sources_of_rest)
      add_inherited(source, IfBlocked::Passed, inherited);
    give(output, inherited);
  }

 private:
  enum class IfBlocked : std::uint8_t { Kept, Passed };

  void add_inherited(const ObjectId& source, IfBlocked if_blocked, TagPairs& inherited) {
    const Tags tags = tags_in(read_labels(transaction_, source));
    for (const auto& [kind, values] : tags.kinds)
      for (const TagValue& value : values) {
        const bool passes = if_blocked == IfBlocked::Passed || !is_blocked(kind, value.value);
        if (passes && is_inherited(tags, kind, value)) add_pair(inherited, kind, value.value);
      }
  }

  void give(const ObjectId& output, const TagPairs& inherited) {
    LabelMap document = read_labels(transaction_, output);
    Tags tags = tags_in(document);
    const Tags before = tags;
    for (const auto& [kind, values] : inherited)
      for (const std::string& value : values)
        if (tags.find(kind, value) == nullptr)
          tags.kinds[kind].push_back({.value = value, .origin = "system", .job = job_.uid});
    for (const std::string& word : job_.add_tags) stamp(word, tags);
    if (tags == before) return;
    put_tags(document, tags);
    write_labels(transaction_, output, document, "system", job_.ended);
  }

  bool is_blocked(const std::string& kind, const std::string& value) const {
    return std::ranges::any_of(job_.block_tags, [&](const std::string& word) {
      return word == kind || word == kind + "=" + value;
    });
  }

  bool is_inherited(const Tags& tags, const std::string& kind, const TagValue& value) {
    if (tags.is_bound(kind, value.value)) return true;
    if (value.job.empty()) return false;
    const auto [known, added] = in_session_.try_emplace(value.job, false);
    if (added) known->second = is_job_of_session(transaction_, value.job, session_);
    return known->second;
  }

  void stamp(const std::string& word, Tags& tags) const {
    const std::size_t equals = word.find('=');
    std::vector<TagValue>& values = tags.kinds[word.substr(0, equals)];
    const TagValue stamped{.value = word.substr(equals + 1), .origin = "user", .job = job_.uid};
    const auto found = std::ranges::find(values, stamped.value, &TagValue::value);
    if (found == values.end()) {
      values.push_back(stamped);
    } else if (found->origin != "user") {
      *found = stamped;
    }
  }

  WriteTransaction& transaction_;
  const Job& job_;
  const std::string& session_;
  TagPairs inherited_;
  std::map<std::string, bool> in_session_;  // by uid
};

}  // namespace

void propagate_tags(WriteTransaction& transaction, Cache& cache, const NewJob& job,
                    const AppendedJob& appended) {
  TagPropagation propagation(transaction, job.job, appended);
  for (const ObjectId& source : tag_sources(transaction, cache, job.job, job.edges))
    propagation.take(source);
  for (const JobComposite& one : job.job.composites)
    if (one.role == EdgeRole::Output)
      propagation.give_composite(one.composite,
                                 tag_sources_of_rest(transaction, cache, one, job.edges));
  if (!propagation.has_work()) return;
  std::set<ObjectId> given;
  for (const Edge& edge : job.edges)
    if (carries_tags(edge, EdgeRole::Output) && given.insert(*edge.artifact).second)
      propagation.give(*edge.artifact);
}

bool is_job_of_session(const ReadTransaction& transaction, const std::string& uid,
                       const std::string& session) {
  const auto jobs = jobs_with_uid(transaction, uid, 1);
  if (jobs.empty()) return false;
  const auto places = places_of_job(transaction, jobs.front());
  return std::ranges::find(places, session, &JobPlace::session) != places.end();
}

}  // namespace roar::plumbing
