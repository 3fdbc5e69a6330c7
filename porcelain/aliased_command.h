#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roar::porcelain {

// What to run for a name that is no command: the words of its alias, of which the first is a
// command's name. Throws Errc::Usage, with suggestions, if there is no such alias, and for one that
// leads nowhere. Reads the settings.
std::vector<std::string> aliased_command(std::string_view name);

}  // namespace roar::porcelain
