#pragma once

#include <string>
#include <string_view>

#include "objects/object_id.h"
#include "objects/transaction.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// What the user means, in words: a kind ("session" or "dag", "job", "artifact", "composite"; empty
// for any) and a name.
struct LabelName {
  std::string_view kind;
  std::string_view name;
};

struct LabelTarget {
  ObjectId id;        // what the labels hang on; of a session its root
  ObjectType type{};  // of the object
  std::string shown;  // for people: "job 1a2b3c4d"
};

bool is_label_kind(std::string_view word) noexcept;

// Names are those of resolve(). With a kind, it is the first that is tried: a job also by its uid
// alone, a session also as "current", an artifact by its path before anything else. Throws as
// resolve() does, and Errc::Usage for an object of another kind, or one that has no labels.
LabelTarget label_target(const ReadTransaction& transaction, const Workspace& workspace,
                         const LabelName& name);

// The same for an object that is known.
LabelTarget label_target_of(const ReadTransaction& transaction, const ObjectId& id);

}  // namespace roar::plumbing
