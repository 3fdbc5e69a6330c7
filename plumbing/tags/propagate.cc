#include "plumbing/tags/propagate.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "plumbing/labels/labels.h"
#include "plumbing/record_job.h"
#include "plumbing/tags/tags.h"

namespace roar::plumbing {
namespace {

class TagPropagation {
 public:
  TagPropagation(WriteTransaction& transaction, const Job& job, const AppendedJob& appended)
      : transaction_(transaction), job_(job), session_(appended.session) {}

  void take_input(const ObjectId& artifact) {
    const Tags tags = tags_in(read_labels(transaction_, artifact));
    for (const auto& [kind, values] : tags.kinds)
      for (const TagValue& value : values)
        if (is_inherited(tags, kind, value)) add_pair(inherited_, kind, value.value);
  }

  bool has_work() const noexcept { return !inherited_.empty() || !job_.add_tags.empty(); }

  void give_output(const ObjectId& artifact) {
    LabelMap document = read_labels(transaction_, artifact);
    Tags tags = tags_in(document);
    const Tags before = tags;
    for (const auto& [kind, values] : inherited_)
      for (const std::string& value : values)
        if (tags.find(kind, value) == nullptr)
          tags.kinds[kind].push_back({.value = value, .origin = "system", .job = job_.uid});
    for (const std::string& word : job_.add_tags) stamp(word, tags);
    if (tags == before) return;
    put_tags(document, tags);
    write_labels(transaction_, artifact, document, "system", job_.ended);
  }

 private:
  bool is_blocked(const std::string& kind, const std::string& value) const {
    return std::ranges::any_of(job_.block_tags, [&](const std::string& word) {
      return word == kind || word == kind + "=" + value;
    });
  }

  bool is_inherited(const Tags& tags, const std::string& kind, const TagValue& value) {
    if (is_blocked(kind, value.value)) return false;
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

void propagate_tags(WriteTransaction& transaction, const NewJob& job, const AppendedJob& appended) {
  TagPropagation propagation(transaction, job.job, appended);
  std::set<ObjectId> tagged;
  // Where nothing has ever been labelled, no input is asked.
  const bool may_inherit = transaction.has_refs("refs/labels/");
  for (const Edge& edge : job.edges) {
    if (!may_inherit) break;
    if (!carries_tags(edge, EdgeRole::Input)) continue;
    if (!transaction.ref("refs/labels/" + edge.artifact->hex())) continue;
    if (tagged.insert(*edge.artifact).second) propagation.take_input(*edge.artifact);
  }
  if (!propagation.has_work()) return;
  std::set<ObjectId> given;
  for (const Edge& edge : job.edges)
    if (carries_tags(edge, EdgeRole::Output) && given.insert(*edge.artifact).second)
      propagation.give_output(*edge.artifact);
}

bool carries_tags(const Edge& edge, EdgeRole role) noexcept {
  if (edge.role != role || !edge.artifact || edge.size == 0) return false;
  return is_shown(edge) || edge.path_class == PathClass::Code;
}

bool is_job_of_session(const ReadTransaction& transaction, const std::string& uid,
                       const std::string& session) {
  const auto jobs = jobs_with_uid(transaction, uid, 1);
  if (jobs.empty()) return false;
  const auto places = places_of_job(transaction, jobs.front());
  return std::ranges::find(places, session, &JobPlace::session) != places.end();
}

}  // namespace roar::plumbing
