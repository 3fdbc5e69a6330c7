#include "plumbing/packs/pack_plan.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "objects/base/error.h"
#include "objects/history.h"
#include "objects/links.h"

namespace roar::plumbing {
namespace {

using IdSet = std::unordered_set<ObjectId>;
using Index = std::uint32_t;
constexpr Index kNone = std::numeric_limits<Index>::max();

// Adds to `reached` what these objects name, directly or not, and is not there yet; them too, if
// they are to be counted themselves. What is missing has no links.
void reach(const ReadTransaction& transaction, std::vector<ObjectId> open, IdSet& reached) {
  while (!open.empty()) {
    const ObjectId id = open.back();
    open.pop_back();
    const std::optional<RawObject> object = transaction.object(id);
    if (!object) continue;
    for (const ObjectId& link : links_of(object->type, object->payload))
      if (reached.insert(link).second) open.push_back(link);
  }
}

// An object of the pack. Members name each other by their numbers.
struct Member {
  ObjectId id;
  ObjectType type = ObjectType::Blob;
  Index parent = kNone;  // who named it first
  Timestamp when;        // of jobs and of roots of sessions
  std::size_t first_link = 0;
  std::size_t links = 0;
};

class Planner {
 public:
  Planner(const ReadTransaction& transaction, const PackSelection& selection)
      : transaction_(transaction), exact_(selection.exact), with_labels_(selection.labels) {
    excluded_.insert(selection.excluded.begin(), selection.excluded.end());
    reach(transaction_, selection.excluded, excluded_);
    for (const ObjectId& id : selection.wanted)
      if (!excluded_.contains(id)) intern(id, kNone);
    for (std::size_t next = 0; next < members_.size(); ++next) read(static_cast<Index>(next));
  }

  PackPlan plan() {
    PackPlan plan{.objects = order(), .prerequisites = {}, .labels = std::move(labels_)};
    IdSet covered;
    for (const ObjectId& id : outside_)
      if (!covered.contains(id)) reach(transaction_, {id}, covered);
    for (const ObjectId& id : outside_)
      if (!covered.contains(id)) plan.prerequisites.push_back(id);
    std::ranges::sort(plan.prerequisites);
    return plan;
  }

 private:
  Index intern(const ObjectId& id, Index parent) {
    const auto [entry, is_new] = indexes_.try_emplace(id, static_cast<Index>(members_.size()));
    if (is_new) {
      if (members_.size() == kNone) throw Error(Errc::Unsupported, "a pack of 2^32 objects");
      Member member;
      member.id = id;
      member.parent = parent;
      members_.push_back(member);
    }
    return entry->second;
  }

  void read(Index index) {
    const ObjectId id = members_[index].id;
    const std::optional<RawObject> object = transaction_.object(id);
    if (!object) fail_missing(members_[index]);
    const std::size_t first = links_.size();
    for (const ObjectId& link : links_of(object->type, object->payload)) {
      const bool is_outside = excluded_.contains(link) || (exact_ && !indexes_.contains(link));
      if (is_outside) {
        outside_.insert(link);
      } else {
        links_.push_back(intern(link, index));
      }
    }
    Member& member = members_[index];
    member.type = object->type;
    member.first_link = first;
    member.links = links_.size() - first;
    if (object->type == ObjectType::Job) member.when = decode_job(object->payload).ended;
    if (object->type == ObjectType::Session) add_entry(index, object->payload);
    if (object->type == ObjectType::Artifact && !exact_) add_digests(id);
    if (with_labels_) add_labels(id);
  }

  [[noreturn]] void fail_missing(const Member& member) const {
    std::string message = "object " + member.id.hex();
    if (member.parent != kNone)
      message += ", which " + std::string(type_name(members_[member.parent].type)) + " " +
                 members_[member.parent].id.hex() + " names,";
    throw Error(Errc::NotFound, message + " is missing");
  }

  void add_entry(Index index, const std::string& payload) {
    const SessionEntry entry = decode_session(payload);
    members_[index].when = entry.created;
    entries_.push_back(index);
    const auto of = [&](const std::optional<ObjectId>& id) {
      const auto found = id ? indexes_.find(*id) : indexes_.end();
      return found == indexes_.end() ? kNone : found->second;
    };
    if (const Index job = of(entry.job); job != kNone) job_of_[index] = job;
    if (const Index previous = of(entry.previous); previous != kNone)
      next_of_.emplace(previous, index);
  }

  void add_digests(const ObjectId& artifact) {
    for (const DigestRecord& record : digests_of(transaction_, artifact)) {
      const ObjectId id = object_id_of(ObjectType::Digest, encode(record));
      // The artifact's own digest is in the artifact.
      if (!excluded_.contains(id) && transaction_.info(id)) intern(id, kNone);
    }
  }

  void add_labels(const ObjectId& target) {
    std::string ref = "refs/labels/" + target.hex();
    const std::optional<ObjectId> label = transaction_.resolve_ref(ref);
    if (!label || excluded_.contains(*label)) return;
    intern(*label, kNone);
    labels_.push_back({.name = std::move(ref), .label = *label});
  }

  // Entries of sessions, and jobs of none of them, by time; but each after the entry before it.
  std::vector<Index> history() const {
    using Ready = std::tuple<Timestamp, ObjectId, Index>;
    std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready;
    std::unordered_set<Index> waiting;
    std::unordered_set<Index> placed;
    const auto add = [&](Index index) {
      const auto job = job_of_.find(index);
      const Member& dated = members_[job == job_of_.end() ? index : job->second];
      ready.emplace(dated.when, members_[index].id, index);
    };
    for (const auto& [previous, next] : next_of_) waiting.insert(next);
    for (const auto& [entry, job] : job_of_) placed.insert(job);
    for (const Index entry : entries_)
      if (!waiting.contains(entry)) add(entry);
    for (Index index = 0; index < members_.size(); ++index)
      if (members_[index].type == ObjectType::Job && !placed.contains(index)) add(index);
    std::vector<Index> order;
    while (!ready.empty()) {
      const Index index = std::get<Index>(ready.top());
      ready.pop();
      order.push_back(index);
      const auto [first, last] = next_of_.equal_range(index);
      for (auto next = first; next != last; ++next) add(next->second);
    }
    return order;
  }

  std::vector<ObjectId> order() const {
    std::vector<Index> roots(members_.size());
    for (Index index = 0; index < members_.size(); ++index) roots[index] = index;
    std::ranges::sort(roots, {}, [&](Index index) { return members_[index].id; });
    std::vector<ObjectId> order;
    std::vector<bool> done(members_.size());
    for (const Index index : history()) append_after_links(index, done, order);
    for (const Index index : roots) append_after_links(index, done, order);
    return order;
  }

  // Links are in order of id, because links_of sorts them.
  void append_after_links(Index root, std::vector<bool>& done, std::vector<ObjectId>& order) const {
    std::vector<std::pair<Index, std::size_t>> open;
    const auto enter = [&](Index index) {
      if (done[index]) return;
      done[index] = true;
      open.emplace_back(index, 0);
    };
    enter(root);
    while (!open.empty()) {
      auto& [index, next] = open.back();
      const Member& member = members_[index];
      if (next < member.links) {
        enter(links_[member.first_link + next++]);
      } else {
        order.push_back(member.id);
        open.pop_back();
      }
    }
  }

  const ReadTransaction& transaction_;
  bool exact_;
  bool with_labels_;
  std::vector<LabelRef> labels_;
  IdSet excluded_;
  IdSet outside_;
  std::vector<Member> members_;
  std::unordered_map<ObjectId, Index> indexes_;
  std::vector<Index> links_;
  std::vector<Index> entries_;
  std::unordered_map<Index, Index> job_of_;        // an entry's
  std::unordered_multimap<Index, Index> next_of_;  // entries after an entry
};

}  // namespace

PackPlan plan_pack(const ReadTransaction& transaction, const PackSelection& selection) {
  return Planner(transaction, selection).plan();
}

}  // namespace roar::plumbing
