#pragma once

#include <vector>

#include "objects/transaction.h"

namespace roar::plumbing {

// The jobs and artifacts that both came from, or that are one of them and what the other came from;
// without those that others of these came from. Latest written first. Throws as list_lineage()
// does.
std::vector<ObjectInfo> lineage_bases(const ReadTransaction& transaction, const ObjectId& a,
                                      const ObjectId& b);

// Whether `object` came from `ancestor`, or is it.
bool is_ancestor(const ReadTransaction& transaction, const ObjectId& ancestor,
                 const ObjectId& object);

}  // namespace roar::plumbing
