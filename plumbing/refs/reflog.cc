#include "plumbing/refs/reflog.h"

#include <algorithm>
#include <functional>
#include <set>

#include "objects/base/error.h"
#include "objects/label.h"
#include "objects/session.h"

namespace roar::plumbing {
namespace {

// What a ref led to before, if nobody moved it by hand.
std::optional<ObjectId> previous_of(const ReadTransaction& transaction, const ObjectId& id) {
  const auto info = transaction.info(id);
  if (info && info->type == ObjectType::Session)
    return decode_session(transaction.payload(id, ObjectType::Session)).previous;
  if (info && info->type == ObjectType::Label)
    return decode_label(transaction.payload(id, ObjectType::Label)).previous;
  return std::nullopt;
}

std::set<ObjectId> led_back_to(const ReadTransaction& transaction, const std::string& ref) {
  std::set<ObjectId> ids;
  std::optional<ObjectId> next = transaction.resolve_ref(ref);
  while (next && ids.insert(*next).second) next = previous_of(transaction, *next);
  return ids;
}

// Whether an entry of this log may go.
std::function<bool(const ReflogEntry&)> rule_for(const ReadTransaction& transaction,
                                                 const std::string& ref,
                                                 const ReflogExpiry& expiry) {
  const std::optional<Ref> present = transaction.ref(ref);
  // A symbolic ref's log says what it named; that is not unreachable because it names another now.
  const bool is_symbolic = present && !present->target;
  std::set<ObjectId> reachable;
  if (expiry.unreachable_before && !is_symbolic) reachable = led_back_to(transaction, ref);
  return [expiry, is_symbolic, reachable = std::move(reachable)](const ReflogEntry& entry) {
    if (expiry.before && entry.when < *expiry.before) return true;
    return expiry.unreachable_before && !is_symbolic && entry.when < *expiry.unreachable_before &&
           !reachable.contains(entry.after);
  };
}

}  // namespace

std::vector<ExpiredEntry> expired_entries(const ReadTransaction& transaction,
                                          std::span<const std::string> refs,
                                          const ReflogExpiry& expiry) {
  std::vector<ExpiredEntry> expired;
  for (const std::string& ref : refs) {
    const auto may_go = rule_for(transaction, ref, expiry);
    std::vector<ReflogEntry> log = transaction.reflog(ref);
    for (std::size_t i = 0; i < log.size(); ++i)
      if (may_go(log[i]))
        expired.push_back({.ref = ref, .age = log.size() - 1 - i, .entry = std::move(log[i])});
  }
  return expired;
}

void expire_reflogs(WriteTransaction& transaction, std::span<const std::string> refs,
                    const ReflogExpiry& expiry) {
  for (const std::string& ref : refs) {
    const auto may_go = rule_for(transaction, ref, expiry);
    transaction.keep_reflog(ref, [&](const ReflogEntry& entry) { return !may_go(entry); });
  }
}

void drop_reflog_entries(WriteTransaction& transaction, const std::string& ref,
                         std::span<const std::size_t> ages) {
  const std::size_t size = transaction.reflog(ref).size();
  for (const std::size_t age : ages)
    if (age >= size)
      throw Error(Errc::NotFound,
                  "there is no '" + ref + "@{" + std::to_string(age) + "}' in its log");
  std::size_t age = size;
  transaction.keep_reflog(
      ref, [&](const ReflogEntry&) { return std::ranges::find(ages, --age) == ages.end(); });
}

}  // namespace roar::plumbing
