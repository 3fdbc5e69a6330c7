#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/store.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// A ref, and what it leads to.
struct ListedRef {
  std::string name;
  std::string symbolic;  // what it names itself, if it is symbolic
  ObjectInfo object;
};

struct RefList {
  std::vector<ListedRef> refs;        // in byte order of their names
  std::vector<std::string> dangling;  // symbolic ones that lead nowhere, or in a circle
};

// Those below refs/, and HEAD before them if it is wanted. Throws Errc::Corrupt if one is at an
// object that is missing.
RefList list_refs(const ReadTransaction& transaction, bool with_head);

// The job of a session's entry, and what a label is about; nullopt for other objects and for the
// first entry of a session.
std::optional<ObjectId> subject_of(const ReadTransaction& transaction, const ObjectInfo& object);

// As in git: the name, or the beginning of it up to the end of a component; or a pattern with *, ?
// and [...], of which none stands for a slash.
bool matches_ref_pattern(std::string_view name, std::string_view pattern);

}  // namespace roar::plumbing
