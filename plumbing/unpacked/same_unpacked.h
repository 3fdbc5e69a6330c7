#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "objects/digest_record.h"
#include "objects/store.h"
#include "plumbing/observed_edges.h"

namespace roar::plumbing {

// The unpacked digests (unpacked_digest.h) of what a job wrote into data files, each artifact once.
// Reads those files as a whole if they are packed. A file that is not the version any more that the
// edge has, or is not packed, has none. Soon after `stop`, which may be null, becomes true, no more
// are found.
std::vector<DigestRecord> unpacked_digests(const Workspace& workspace,
                                           const ObservedEdges& observed,
                                           const std::atomic<bool>* stop);

// The one that was recorded of an artifact; nullopt if none was.
std::optional<std::string> recorded_unpacked_digest(const ReadTransaction& transaction,
                                                    const ObjectId& artifact);

// Whether two artifacts hold the same when they are unpacked, by what was recorded of them, or else
// by files that still have their contents. False where neither says so.
bool same_when_unpacked(const Store& store, const Workspace& workspace, const ObjectId& before,
                        const ObjectId& after);

}  // namespace roar::plumbing
