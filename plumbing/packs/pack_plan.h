#pragma once

#include <string>
#include <vector>

#include "objects/object_id.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// Which objects a pack is to have.
struct PackSelection {
  std::vector<ObjectId> wanted;    // with all that they name, and the digests of their artifacts
  std::vector<ObjectId> excluded;  // not these, and nothing that they name
  bool exact = false;              // those wanted alone
  bool labels = false;             // and the newest labels of all of them, with their history
};

// The ref of an object's labels, and what it points at.
struct LabelRef {
  std::string name;
  ObjectId label;
};

struct PackPlan {
  // Each after those that it names, and jobs in the order in which they were recorded: an order
  // that depends on nothing but which objects these are.
  std::vector<ObjectId> objects;
  // What a receiver must have already: objects that those of the pack name and that are not among
  // them. What others of these name is left out. Sorted.
  std::vector<ObjectId> prerequisites;
  std::vector<LabelRef> labels;  // of PackSelection::labels, in any order
};

// Throws Errc::NotFound if an object that is wanted or named is missing. In an exact plan, what is
// named may be missing and is then a prerequisite. Needs about 150 bytes of memory for each object,
// and 4 for each link.
PackPlan plan_pack(const ReadTransaction& transaction, const PackSelection& selection);

}  // namespace roar::plumbing
