#pragma once

#include <string>
#include <string_view>

#include "hooks/git.h"

namespace roar::hooks {

// Decodes `git status --porcelain=v2 --branch -z` (git-status(1), "Porcelain Format Version 2") for
// the work tree of `repository`. A submodule at another commit is a change; one with changes inside
// is a change `in_submodule`; one with both is two. Throws Errc::Io for output that is not of that
// form.
GitSnapshot parse_git_status(std::string_view output, const GitRepository& repository);

}  // namespace roar::hooks
