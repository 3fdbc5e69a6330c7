#pragma once

#include <span>

#include "objects/object_id.h"
#include "objects/session.h"
#include "objects/transaction.h"

namespace roar {

// An entry of a session, and its id.
struct PlacedEntry {
  ObjectId id;
  SessionEntry entry;
};

// Puts entries of one session that are in the store, oldest first, into the derived tables, as if
// their jobs had just been appended. Each must have a job. Throws Errc::NotFound or Errc::Corrupt
// if an object that they need is missing or damaged.
void index_entries(WriteTransaction& transaction, std::span<const PlacedEntry> entries);

}  // namespace roar
