#include "plumbing/care/sweep.h"

#include <algorithm>
#include <limits>

#include "objects/links.h"
#include "objects/object_age.h"
#include "objects/validate.h"
#include "plumbing/quote.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kMarkedAtOnce = 20'000;
constexpr std::size_t kRemovedAtOnce = 2'000;

std::chrono::seconds grace_of(const GcOptions& options) noexcept {
  return options.grace.value_or(std::chrono::seconds::max());
}

std::string described(const ObjectInfo& info) {
  return std::string(type_name(info.type)) + " " + info.id.hex();
}

// Of an object that is reached, or of one that reaches it: who reads it wants to know which.
std::string named_problem(const Reachable::Hole& hole) {
  const std::string id = hole.id.hex();
  if (hole.problem.find(id) != std::string::npos) return hole.problem;
  return "object " + id + ": " + hole.problem;
}

// Why the object could not be brought back from a bundle; nullopt if it could.
std::optional<std::string> problem_of(const ReadTransaction& transaction, const ObjectInfo& info) {
  try {
    const std::string payload = transaction.payload(info.id, info.type);
    check_payload(info.type, payload);
    typed_links_of(info.type, payload);
  } catch (const Error& error) {
    return error.what();
  }
  return std::nullopt;
}

}  // namespace

Sweep::Sweep(Store& store, const GcOptions& options)
    : store_(&store), options_(&options), reachable_([this](const Reachable::Hole& hole) {
        unreadable_.push_back(named_problem(hole));
        // A root that is missing may have led to anything.
        keep_below_ = std::max(
            keep_below_, hole.from != 0 ? hole.from : std::numeric_limits<std::uint64_t>::max());
      }) {}

void Sweep::add_roots(const ReadTransaction& transaction) {
  reachable_.add_refs(transaction, [&](const std::string& name, const Error& error) {
    unreadable_.push_back("ref " + quoted_path(name) + ": " + error.what());
    keep_below_ = std::numeric_limits<std::uint64_t>::max();
  });
  for (const ObjectId& id : kept_) reachable_.add(id);
}

bool Sweep::mark() {
  store_->read([&](const ReadTransaction& transaction) {
    for (const std::string& name : options_->keep)
      kept_.push_back(resolve(transaction, *options_->workspace, name).id);
    add_roots(transaction);
  });
  // Objects never change, so that it does not matter in which snapshot one is read. A long one
  // would make the file grow.
  for (bool more = true; more;) {
    if (time_is_up()) return false;
    store_->read([&](const ReadTransaction& transaction) {
      more = reachable_.advance(transaction, kMarkedAtOnce);
    });
  }
  marked_ = true;
  return true;
}

void Sweep::choose() {
  store_->read([&](const ReadTransaction& transaction) {
    reachable_.add_digests(transaction);
    std::vector<ObjectInfo> unreached;
    for_each_info(transaction, [&](const ObjectInfo& info) {
      newest_ = std::max(newest_, info.sequence);
      if (!reachable_.contains(info.sequence)) unreached.push_back(info);
    });
    const std::chrono::seconds grace = grace_of(*options_);
    // Half of it, so that two spans of time have to agree on it.
    const ObjectAges ages(transaction, Timestamp::now(), grace / 2);
    for (const ObjectInfo& info : unreached)
      if (info.sequence < keep_below_ || ages.at_least(info.sequence) < grace)
        reachable_.add(info.id);
    while (reachable_.advance(transaction, kMarkedAtOnce)) continue;
    reachable_.add_digests(transaction);
    for (const ObjectInfo& info : unreached) {
      if (!reachable_.contains(info.sequence) && info.sequence >= keep_below_)
        garbage_.push_back(info);
      else
        ++(info.sequence < keep_below_ ? kept_below_ : kept_young_);
    }
    // What names others was stored after them.
    std::ranges::sort(garbage_, std::ranges::greater(), &ObjectInfo::sequence);
    for (const ObjectInfo& info : garbage_) ages_.push_back(ages.at_least(info.sequence));
  });
}

void Sweep::keep_unsavable() {
  std::vector<ObjectInfo> savable;
  std::vector<std::chrono::seconds> ages;
  for (std::size_t start = 0; start < garbage_.size(); start += kMarkedAtOnce) {
    const std::size_t end = std::min(start + kMarkedAtOnce, garbage_.size());
    std::vector<std::optional<std::string>> problems;
    store_->read([&](const ReadTransaction& transaction) {
      problems.clear();
      for (std::size_t i = start; i < end; ++i)
        problems.push_back(problem_of(transaction, garbage_[i]));
    });
    for (std::size_t i = start; i < end; ++i) {
      if (const std::optional<std::string>& problem = problems[i - start]) {
        unsaved_.push_back(described(garbage_[i]) + ": " + *problem);
        continue;
      }
      savable.push_back(garbage_[i]);
      ages.push_back(ages_[i]);
    }
  }
  garbage_ = std::move(savable);
  ages_ = std::move(ages);
}

std::chrono::seconds Sweep::age_of(const ObjectInfo& info) const {
  return ages_.at(static_cast<std::size_t>(&info - garbage_.data()));
}

// What refs lead to now that did not when they were looked at; and what new objects name, which
// refs may lead to soon.
void Sweep::look_again(const WriteTransaction& transaction) {
  add_roots(transaction);
  for_each_info(transaction, [&](const ObjectInfo& info) {
    if (info.sequence > newest_) reachable_.add(info.id);
  });
  while (reachable_.advance(transaction, kMarkedAtOnce)) continue;
  reachable_.add_digests(transaction);
}

std::vector<ObjectInfo> Sweep::remove_batch(std::size_t start, std::size_t end) {
  const std::chrono::seconds grace = grace_of(*options_);
  std::vector<ObjectInfo> removed;
  store_->write([&](WriteTransaction& transaction) {
    removed.clear();
    if (transaction.commit_number() != last_commit_ + 1) look_again(transaction);
    last_commit_ = transaction.commit_number();
    // Somebody may have stored one of them once more.
    const ObjectAges ages(transaction, Timestamp::now(), grace / 2);
    for (std::size_t i = start; i < end; ++i) {
      const ObjectInfo& info = garbage_[i];
      if (reachable_.contains(info.sequence) || info.sequence < keep_below_) continue;
      if (ages.at_least(info.sequence) >= grace && transaction.remove(info))
        removed.push_back(info);
    }
    if (end == garbage_.size()) transaction.note_time();
  });
  return removed;
}

std::vector<ObjectInfo> Sweep::remove() {
  std::vector<ObjectInfo> removed;
  std::size_t start = 0;
  do {
    const std::size_t end = std::min(start + kRemovedAtOnce, garbage_.size());
    const std::vector<ObjectInfo> batch = remove_batch(start, end);
    removed.insert(removed.end(), batch.begin(), batch.end());
    start = end;
  } while (start < garbage_.size() && !time_is_up());
  left_ = garbage_.size() - start;
  return removed;
}

}  // namespace roar::plumbing
