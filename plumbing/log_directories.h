#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/log.h"

// Where the logs of running commands are, as files: a process of the command that lives in name
// spaces of its own can open a file by its path, but may not look into this process.

namespace roar::plumbing {

// In the order in which they are tried. Not in a project: a command may well copy or archive that,
// and a file that grows meanwhile would disturb it. In memory first, because a disk makes every
// fact wait that needs a new page.
std::vector<std::filesystem::path> log_directories();

// Makes `log` a log of this name in the first of them that takes it; leaves it empty if none does.
void make_named_log(const std::string& name, std::string_view note,
                    std::optional<tracer::Log>& log);

}  // namespace roar::plumbing
