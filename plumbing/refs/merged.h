#pragma once

#include <string>
#include <vector>

#include "objects/object_id.h"
#include "objects/transaction.h"
#include "plumbing/refs/ref_list.h"

namespace roar::plumbing {

// Of the refs at a job or an artifact, or at what is about one (subject_of), keeps those that one
// of the objects came from, or is: with `merged`; without it the others. A ref at anything else has
// no lineage, and is not kept either way, as in git, where that holds for what is no commit.
// Throws as list_lineage() does.
void keep_merged(const ReadTransaction& transaction, const std::vector<ObjectId>& objects,
                 bool merged, std::vector<ListedRef>& refs);

}  // namespace roar::plumbing
