#include "objects/session_moves.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/history.h"
#include "objects/index_entries.h"
#include "objects/job_composites.h"
#include "objects/label.h"
#include "objects/session.h"
#include "objects/unindex.h"

namespace roar {
namespace {

// A session's entries, from one of them back to the root, as far as it was asked to go.
class Chain {
 public:
  Chain(const ReadTransaction& transaction, std::string_view session,
        const std::optional<ObjectId>& newest)
      : transaction_(&transaction), session_(session), next_(newest) {}

  // Whether there was one more entry.
  bool go_on() {
    if (!next_) return false;
    const ObjectId id = *next_;
    PlacedEntry placed{id, decode_session(transaction_->payload(id, ObjectType::Session))};
    if (placed.entry.session != session_)
      throw Error(Errc::Usage, "entry " + id.hex() + " belongs to session " + placed.entry.session);
    next_ = placed.entry.previous;
    seen_.insert(id);
    entries_.push_back(std::move(placed));
    return true;
  }
  bool has(const ObjectId& id) const { return seen_.contains(id); }
  bool ends_in(const Chain& other) const {
    return !entries_.empty() && other.has(entries_.back().id);
  }
  // The entries before the first that the other one has, newest first; those with a job.
  std::vector<PlacedEntry> before(const Chain& other) const {
    std::vector<PlacedEntry> entries;
    for (const PlacedEntry& placed : entries_) {
      if (other.has(placed.id)) break;
      if (placed.entry.job) entries.push_back(placed);
    }
    return entries;
  }

 private:
  const ReadTransaction* transaction_;
  std::string_view session_;
  std::optional<ObjectId> next_;
  std::set<ObjectId> seen_;
  std::vector<PlacedEntry> entries_;
};

std::vector<Job> jobs_of(const ReadTransaction& transaction,
                         const std::vector<PlacedEntry>& entries) {
  std::vector<Job> jobs;
  for (const PlacedEntry& placed : entries) {
    Job job = read_job(transaction, *placed.entry.job);
    if (!job.composites.empty()) jobs.push_back(std::move(job));
  }
  return jobs;
}

// Jobs that are in no session any more.
void release(WriteTransaction& transaction, std::vector<PlacedEntry> entries, Timestamp when) {
  std::erase_if(entries, [&](const PlacedEntry& placed) {
    return !places_of_job(transaction, *placed.entry.job).empty();
  });
  for (const PlacedEntry& placed : entries)
    release_labels_of(transaction, *placed.entry.job, when, "session");
  release_composites_of(transaction, jobs_of(transaction, entries), when, "session");
}

}  // namespace

void session_moved(WriteTransaction& transaction, std::string_view session,
                   const std::optional<ObjectId>& before, const std::optional<ObjectId>& after,
                   Timestamp when) {
  Chain old_chain(transaction, session, before);
  Chain new_chain(transaction, session, after);
  // In turns, so that a short way is found soon, whichever of the two is the longer one. Beyond the
  // first entry that both have, all is common.
  for (bool more = true; more;) {
    const bool old_more = old_chain.go_on();
    if (old_more && old_chain.ends_in(new_chain)) break;
    const bool new_more = new_chain.go_on();
    if (new_more && new_chain.ends_in(old_chain)) break;
    more = old_more || new_more;
  }
  const std::vector<PlacedEntry> gone = old_chain.before(new_chain);
  std::vector<PlacedEntry> come = new_chain.before(old_chain);
  std::ranges::reverse(come);
  unindex_entries(transaction, gone);
  index_entries(transaction, come);
  release(transaction, gone, when);
  keep_composites_of(transaction, jobs_of(transaction, come), when);
}

}  // namespace roar
