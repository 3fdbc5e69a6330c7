#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hooks/git.h"

namespace roar::hooks {

// Those of `paths` (absolute, inside the work tree) that git tracks. Nullopt if that
// cannot be told, because git is not installed or cannot read the repository.
std::optional<std::vector<std::string>> tracked_files(const GitRepository& repository,
                                                      const std::vector<std::string>& paths);

}  // namespace roar::hooks
