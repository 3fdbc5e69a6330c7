#pragma once

#include <optional>
#include <string_view>

#include "objects/base/timestamp.h"
#include "objects/object_id.h"
#include "objects/transaction.h"

namespace roar {

// Brings the derived tables after a session's ref from where it was to where it is (nullopt: there
// was none, or is none). Costs what lies between the two. Throws Errc::Usage if an entry on the way
// belongs to another session, Errc::NotFound or Errc::Corrupt if an object that the new entries
// need is missing or damaged. The refs of composites follow as well. Only for who has just moved
// the ref.
void session_moved(WriteTransaction& transaction, std::string_view session,
                   const std::optional<ObjectId>& before, const std::optional<ObjectId>& after,
                   Timestamp when);

}  // namespace roar
