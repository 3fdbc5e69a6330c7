#pragma once

#include <filesystem>

namespace roar::plumbing {

// Whether what runs only when nothing else wants to costs the others nothing here: there is more
// than one processor, and no quota of processor time that it would use up for them. `root` is where
// /proc and /sys are found. Where control groups cannot be seen there is no quota.
bool has_spare_time(const std::filesystem::path& root = "/");

}  // namespace roar::plumbing
