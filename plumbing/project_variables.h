#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plumbing/workspace.h"

// Environment variables that a project sets for its jobs: the table [env] of .roar/config.toml.

namespace roar::plumbing {

// Name and value, sorted by name. Throws Errc::Usage, with file and line, for what is no variable.
std::vector<std::pair<std::string, std::string>> project_variables(const Workspace& workspace);

// Sets one, or takes one away, editing its line only. Atomic and durable. From then on the file is
// readable by its owner alone, since values may be secrets. Throws Errc::Usage for a name that is
// none, or is not the project's to set (ROAR_*, LD_PRELOAD), and for a value that is not UTF-8.
// unset returns whether it was set.
void set_project_variable(const Workspace& workspace, std::string_view name,
                          std::string_view value);
bool unset_project_variable(const Workspace& workspace, std::string_view name);

}  // namespace roar::plumbing
