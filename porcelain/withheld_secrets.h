#pragma once

#include <string>
#include <vector>

#include "plumbing/command.h"
#include "plumbing/workspace.h"

namespace roar::porcelain {

// The arguments of a recorded command with its secrets back in their places: from ROAR_SECRET_...
// variables, or else from the user, on the terminal and without echo. Says so if a secret is not
// the one that was recorded. Throws Errc::NotFound, with the ways to give it, if one is missing and
// nobody can be asked.
std::vector<std::string> with_withheld_secrets(const Context& context,
                                               const plumbing::Workspace& workspace,
                                               std::vector<std::string> argv);

}  // namespace roar::porcelain
