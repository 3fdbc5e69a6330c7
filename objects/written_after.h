#pragma once

#include <cstdint>
#include <functional>

#include "objects/transaction.h"

namespace roar {

// Calls `visit` for the objects with a higher sequence number than this one, in the order of
// writing, until it returns false. Each payload is read and hashed.
void for_each_written_after(const ReadTransaction& transaction, std::uint64_t sequence,
                            const std::function<bool(const ObjectInfo&)>& visit);

}  // namespace roar
