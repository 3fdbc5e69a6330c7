#include <set>
#include <string>
#include <utility>

#include "objects/base/error.h"
#include "objects/transaction.h"
#include "plumbing/refs/ref_transaction.h"

namespace roar::plumbing {
namespace {

bool is_as_expected(const ReadTransaction& transaction, const std::string& name,
                    const RefValue& present, const RefValue& expected) {
  if (present == expected) return true;
  return expected.target && !present.symbolic.empty() &&
         transaction.resolve_ref(name) == expected.target;
}

}  // namespace

void RefTransaction::check_once_each() const {
  store_.read([&](const ReadTransaction& transaction) {
    std::set<std::string> names;
    for (const RefChange& change : changes_) {
      std::string name = change.follow ? transaction.followed_ref(change.name) : change.name;
      if (!names.insert(std::move(name)).second)
        throw Error(Errc::Usage, "ref '" + change.name + "' is changed twice at once");
    }
  });
}

// What is in the way of the changes that there are now.
std::optional<Errc> RefTransaction::obstacle() {
  try {
    if (apply(Mode::Try)) return Errc::Conflict;
  } catch (const Error& error) {
    if (error.code() != Errc::Usage && error.code() != Errc::NotFound) throw;
    return error.code();
  }
  return std::nullopt;
}

std::string RefTransaction::reason_of(const RefChange& change, Errc obstacle) const {
  if (obstacle != Errc::Conflict) return "invalid new value provided";
  std::string reason = "refname conflict";
  store_.read([&](const ReadTransaction& transaction) {
    const std::string name = change.follow ? transaction.followed_ref(change.name) : change.name;
    const RefValue present = ref_value(transaction, name);
    if (!change.expected || is_as_expected(transaction, name, present, *change.expected)) return;
    if (change.expected->is_absent()) {
      reason = "reference already exists";
    } else if (present.is_absent()) {
      reason = "reference does not exist";
    } else if (!change.expected->symbolic.empty() && present.symbolic.empty()) {
      reason = "expected symref but found regular ref";
    } else {
      reason = "incorrect old value provided";
    }
  });
  return reason;
}

// Halves what does not go as a whole, so that a few that cannot be made among many cost little.
void RefTransaction::sort_out(std::span<const RefChange> some,
                              std::vector<RejectedChange>& rejected) {
  const std::size_t sound = changes_.size();
  changes_.insert(changes_.end(), some.begin(), some.end());
  const std::optional<Errc> obstacle = this->obstacle();
  if (!obstacle) return;
  changes_.resize(sound);
  if (some.size() == 1) {
    rejected.push_back({some.front(), reason_of(some.front(), *obstacle)});
    return;
  }
  const std::size_t half = some.size() / 2;
  sort_out(some.first(half), rejected);
  sort_out(some.subspan(half), rejected);
}

std::vector<RejectedChange> RefTransaction::reject() {
  std::vector<RejectedChange> rejected;
  if (changes_.empty()) return rejected;
  check_once_each();
  const std::vector<RefChange> all = std::exchange(changes_, {});
  sort_out(all, rejected);
  return rejected;
}

}  // namespace roar::plumbing
