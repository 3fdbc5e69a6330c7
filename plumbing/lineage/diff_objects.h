#pragma once

#include <string>
#include <vector>

#include "objects/json.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// One thing in which two objects differ.
struct ObjectDifference {
  // Where it stands: the keys on the way to it, "exit.code", with the position or the name in a
  // list, "gaps[2].reason", "entries[numpy]"; or of a file of a job or node, its role and path,
  // "input:data.csv".
  std::string what;
  bool is_file = false;
  // Absent: an empty vector; else the one value.
  std::vector<json::Value> before;
  std::vector<json::Value> after;
};

// Fields in order of their names, and then files by path and role. Files of jobs and nodes are
// compared one by one, not by the ids of their trees; parts that the trees share are not read.
// Blobs differ in "payload" as a whole, of which the sizes are given. Throws Errc::Usage if the
// types differ.
std::vector<ObjectDifference> diff_objects(const ReadTransaction& transaction, const ObjectId& a,
                                           const ObjectId& b);

}  // namespace roar::plumbing
