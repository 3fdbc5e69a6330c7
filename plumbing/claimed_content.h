#pragma once

#include <optional>

#include "objects/history.h"

namespace roar::plumbing {

// The artifact with this digest whose bytes were seen here; nullopt if there is none.
std::optional<ObjectId> seen_artifact(const ReadTransaction& transaction,
                                      std::string_view algorithm, std::string_view digest);

// What stands for an artifact when contents are compared: for one that is known by a claim alone,
// the artifact that the claim is about if its bytes were seen; else itself.
ObjectId content_of(const ReadTransaction& transaction, const ObjectId& artifact);

}  // namespace roar::plumbing
