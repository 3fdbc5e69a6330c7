#pragma once

#include <optional>
#include <string_view>

#include "objects/history.h"

namespace roar::plumbing {

// The composite that the directory at `path` (in stored form, without a slash at its end) was for
// the job that read or wrote it last. Looks at jobs that used one of the first recorded files below
// it; nullopt if none of them took the directory for a composite.
std::optional<ObjectId> composite_at(const ReadTransaction& transaction, std::string_view path);

}  // namespace roar::plumbing
