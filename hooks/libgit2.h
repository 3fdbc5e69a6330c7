#pragma once

#include <optional>
#include <string>

#include "hooks/git.h"

// The only place that knows libgit2. The library is loaded when it is first asked for: it and the
// 18 libraries that it needs take some 10 ms to load, and most commands never ask.

namespace roar::hooks {

std::optional<std::string> libgit2_root(const std::string& directory);
// URL of the remote "origin", or of the only one. Empty if there is none.
std::string libgit2_remote(const std::string& root);
GitSnapshot libgit2_snapshot(const std::string& root);

}  // namespace roar::hooks
