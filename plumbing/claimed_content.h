#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "objects/history.h"

// Content whose bytes nobody here has seen is an artifact of its own, known by what is claimed of
// it (docs/formats/artifact.md). Where a digest of its content is that of another artifact, both
// are one content.

namespace roar::plumbing {

// Whether equal digests mean equal contents. An ETag is what a server likes to call something.
bool identifies_content(std::string_view algorithm);

// The artifact with this digest of its content whose bytes were seen here; nullopt if there is
// none.
std::optional<ObjectId> seen_artifact(const ReadTransaction& transaction,
                                      std::string_view algorithm, std::string_view digest);

// What stands for an artifact when contents are compared: the one of the same content whose bytes
// were seen here; if there is none, the first by id of those that are one content; else itself. One
// claim may lead to others. Where digests contradict each other, contents differ.
ObjectId content_of(const ReadTransaction& transaction, const ObjectId& artifact);

// All artifacts that are one content with this one: first content_of, then the others by id.
std::vector<ObjectId> same_content(const ReadTransaction& transaction, const ObjectId& artifact);

}  // namespace roar::plumbing
