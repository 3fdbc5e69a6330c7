#pragma once

#include <string>
#include <string_view>

#include "hooks/git.h"

namespace roar::hooks {

// Decodes `git status --porcelain=v2 --branch -z` (git-status(1), "Porcelain Format Version 2") for
// the work tree at `root`. Throws Errc::Io for output that is not of that form.
GitSnapshot parse_git_status(std::string_view output, const std::string& root);

}  // namespace roar::hooks
