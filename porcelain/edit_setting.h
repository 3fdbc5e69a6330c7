#pragma once

#include <filesystem>
#include <string_view>

#include "plumbing/command.h"
#include "plumbing/config.h"

namespace roar::porcelain {

// The project whose file that is. The user's own can be edited outside of one too: empty then.
std::filesystem::path root_of(plumbing::ConfigFile file);

// Sets a key to what was typed, and says so, and what takes precedence over it. Returns 0.
int set_setting(Context& context, plumbing::ConfigFile file, std::string_view key,
                std::string_view text);

}  // namespace roar::porcelain
