#pragma once

#include <vector>

#include "objects/transaction.h"
#include "plumbing/lineage/name_syntax.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// The objects that the suffix leads to from this one: one, but for ^{jobs}. Not for Kind::Earlier,
// which is asked of refs and paths. Throws Errc::NotFound if it leads nowhere, Errc::Conflict,
// with the candidates, if ^{job} is asked of what several jobs wrote, and Errc::Usage for a word
// that there is not.
std::vector<ObjectId> follow_suffix(const ReadTransaction& transaction, const Workspace& workspace,
                                    const ObjectId& from, const NameSuffix& suffix);

// A list of objects for a message, by type and id: one a line, indented.
std::string candidate_lines(const ReadTransaction& transaction,
                            const std::vector<ObjectId>& candidates);

}  // namespace roar::plumbing
