#pragma once

#include "objects/object_id.h"
#include "objects/session.h"
#include "objects/transaction.h"

namespace roar {

// Takes what index_* wrote for the newest entry of a session out of the derived tables, so that
// they say what they would if the entry had never been. Only for pop_job, which has moved the ref.
void unindex_entry(WriteTransaction& transaction, const ObjectId& id, const SessionEntry& entry);

}  // namespace roar
