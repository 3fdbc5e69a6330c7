#pragma once

#include <set>

#include "objects/object_id.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// Tells which objects lead to one, over any number of links: a session's entry to the entries
// before it, to their jobs, and to all that these read and wrote. Remembers what does not, so that
// asking in vain for many costs what they lead to together.
class Reach {
 public:
  Reach(const ReadTransaction& transaction, const ObjectId& wanted) noexcept
      : transaction_(transaction), wanted_(wanted) {}

  // Throws Errc::NotFound or Errc::Corrupt if an object on the way is missing or damaged.
  bool is_reached_from(const ObjectId& start);

 private:
  const ReadTransaction& transaction_;
  ObjectId wanted_;
  std::set<ObjectId> others_;
};

}  // namespace roar::plumbing
