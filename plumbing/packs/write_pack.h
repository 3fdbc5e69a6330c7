#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "objects/object_id.h"
#include "objects/pack_writer.h"
#include "objects/store.h"

namespace roar::plumbing {

// Told how many objects have been written.
using PackProgress = std::function<void(std::uint64_t objects)>;

// Adds the objects in this order. No snapshot of the store is held while the writer's sink waits.
// Throws Errc::NotFound if one is missing.
void add_objects(const Store& store, const std::vector<ObjectId>& objects, PackWriter& writer,
                 const PackProgress& progress);

}  // namespace roar::plumbing
