#include "objects/job_composites.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "objects/component_tree.h"
#include "objects/composite.h"
#include "objects/history.h"
#include "objects/label.h"

namespace roar {
namespace {

// Adds the composite, and those that are components of it.
void add_with_nested(const ReadTransaction& transaction, const ObjectId& id,
                     std::set<ObjectId>& found) {
  if (!found.insert(id).second) return;
  const Composite composite = read_composite(transaction, id);
  if (composite.files == composite.count) return;
  ComponentReader reader(transaction);
  for_each_component(reader, composite.node, [&](const Component& one) {
    if (one.composite) add_with_nested(transaction, *one.composite, found);
    return true;
  });
}

std::set<ObjectId> composites_of(const ReadTransaction& transaction, std::span<const Job> jobs) {
  std::set<ObjectId> found;
  for (const Job& job : jobs)
    for (const JobComposite& one : job.composites)
      add_with_nested(transaction, one.composite, found);
  return found;
}

// What jobs have put the ref at since it is there, the newest first; empty if somebody else has put
// it there, or may have: its log is gone.
std::vector<ObjectId> put_by_jobs(const ReadTransaction& transaction, const std::string& ref) {
  std::vector<ObjectId> targets;
  bool only_jobs = true;
  for (const ReflogEntry& entry : transaction.reflog(ref)) {
    if (entry.after.is_zero()) {
      targets.clear();
      only_jobs = true;
      continue;
    }
    only_jobs = only_jobs && kind_from_name(entry.reason).has_value();
    targets.push_back(entry.after);
  }
  std::ranges::reverse(targets);
  return only_jobs ? targets : std::vector<ObjectId>();
}

// Which of the composites jobs have that are still in a session.
std::set<ObjectId> held_ones(const ReadTransaction& transaction, std::set<ObjectId> wanted) {
  std::set<ObjectId> held;
  std::set<ObjectId> seen;
  for (const SessionSummary& session : sessions(transaction)) {
    for_each_job_newest_first(transaction, session.id, [&](const JobPlace& place) {
      const Job job = read_job(transaction, place.job);
      for (const JobComposite& one : job.composites)
        if (seen.insert(one.composite).second) {
          std::set<ObjectId> all;
          add_with_nested(transaction, one.composite, all);
          for (const ObjectId& id : all)
            if (wanted.erase(id) != 0) held.insert(id);
        }
      return !wanted.empty();
    });
  }
  return held;
}

// A ref that only jobs have put where it is.
struct Released {
  std::string ref;
  ObjectId composite;
  std::vector<ObjectId> targets;  // of its log
};

}  // namespace

void keep_composites_of(WriteTransaction& transaction, std::span<const Job> jobs, Timestamp when) {
  for (const Job& job : jobs)
    for (const ObjectId& id : composites_of(transaction, {&job, 1}))
      if (!transaction.ref(composite_ref(read_composite(transaction, id))))
        keep_composite(transaction, id, when, kind_name(job.kind));
}

void release_composites_of(WriteTransaction& transaction, std::span<const Job> jobs, Timestamp when,
                           std::string_view reason) {
  std::vector<Released> released;
  std::set<ObjectId> wanted;
  for (const ObjectId& id : composites_of(transaction, jobs)) {
    Released one{
        .ref = composite_ref(read_composite(transaction, id)), .composite = id, .targets = {}};
    const auto ref = transaction.ref(one.ref);
    if (!ref || ref->target != id || is_labelled_by_users(transaction, id)) continue;
    one.targets = put_by_jobs(transaction, one.ref);
    wanted.insert(one.targets.begin(), one.targets.end());
    if (!one.targets.empty()) released.push_back(std::move(one));
  }
  if (released.empty()) return;
  const std::set<ObjectId> held = held_ones(transaction, std::move(wanted));
  for (const Released& one : released) {
    if (held.contains(one.composite)) continue;
    release_labels_of(transaction, one.composite, when, reason);
    const auto before = std::ranges::find_if(
        one.targets, [&](const ObjectId& target) { return held.contains(target); });
    if (before == one.targets.end()) {
      transaction.remove_ref(one.ref, when, reason);
    } else {
      // Still put there by a job.
      transaction.set_ref(one.ref, *before, one.composite, when, kind_name(JobKind::Run));
    }
  }
}

}  // namespace roar
