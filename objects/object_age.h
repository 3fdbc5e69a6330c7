#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/transaction.h"

namespace roar {

// Remembers when the objects from this number on were written. Marks are set once an hour at most.
void mark_time(ReadTransaction::Impl& impl, std::uint64_t sequence, Timestamp now);

// How long objects have been in the store, at the least.
//
// A clock may be wrong for a while. So only the time from one mark to the next counts, none where
// the clock went back, and of each such time no more than `longest`: one jump of the clock makes
// nothing old.
class ObjectAges {
 public:
  ObjectAges(const ReadTransaction& transaction, Timestamp now, std::chrono::seconds longest);

  std::chrono::seconds at_least(std::uint64_t sequence) const;

 private:
  std::vector<std::pair<std::uint64_t, std::chrono::seconds>> ages_;  // of marks, by number
  std::map<std::uint64_t, std::uint64_t> fresh_;  // objects that count as written later
};

}  // namespace roar
