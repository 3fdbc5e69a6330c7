#pragma once

#include <optional>
#include <string>
#include <vector>

namespace roar::hooks {

// Those of `paths` (absolute, inside the work tree at `root`) that git tracks. Nullopt if that
// cannot be told, because git is not installed or cannot read the repository.
std::optional<std::vector<std::string>> tracked_files(const std::string& root,
                                                      const std::vector<std::string>& paths);

}  // namespace roar::hooks
