#pragma once

#include <span>

#include "objects/index_entries.h"
#include "objects/transaction.h"

namespace roar {

// Takes what was written for entries of one session, each with a job, out of the derived tables, so
// that they say what they would if the entries had never been. Only for who has moved the session's
// ref away from them.
void unindex_entries(WriteTransaction& transaction, std::span<const PlacedEntry> entries);

}  // namespace roar
