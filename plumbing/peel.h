#pragma once

#include "objects/object_id.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// The object of this type that `id` leads to: itself; from an entry of a session to its job; from
// either to the environment, the packages and the processes of the job; from a digest or a label to
// the artifact that it is about. Throws Errc::NotFound if it leads to none, or is not there.
ObjectId peel(const ReadTransaction& transaction, const ObjectId& id, ObjectType type);

}  // namespace roar::plumbing
