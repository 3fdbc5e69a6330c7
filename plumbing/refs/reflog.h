#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/store.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// Which entries of a log may go.
struct ReflogExpiry {
  std::optional<Timestamp> before;              // all that are older; nullopt: none
  std::optional<Timestamp> unreachable_before;  // those that the ref does not lead back to
};

struct ExpiredEntry {
  std::string ref;
  std::size_t age = 0;  // 0: the newest
  ReflogEntry entry;
};

// The entries of the refs' logs that may go, oldest first.
std::vector<ExpiredEntry> expired_entries(const ReadTransaction& transaction,
                                          std::span<const std::string> refs,
                                          const ReflogExpiry& expiry);

// Drops them.
void expire_reflogs(WriteTransaction& transaction, std::span<const std::string> refs,
                    const ReflogExpiry& expiry);

// Drops single entries, which are counted from the newest, 0, before any is dropped. Throws
// Errc::NotFound if there is none of that age.
void drop_reflog_entries(WriteTransaction& transaction, const std::string& ref,
                         std::span<const std::size_t> ages);

}  // namespace roar::plumbing
