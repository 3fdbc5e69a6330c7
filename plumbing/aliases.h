#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plumbing/config.h"

namespace roar::plumbing {

// What an alias stands for, down to the name of a command, and its arguments. Nullopt if there is
// no alias of this name. Throws Errc::Usage, naming the alias and its file and line, for one that
// stands for itself, for no command, or for a program ("!").
std::optional<std::vector<std::string>> expand_alias(
    const Config& config, std::string_view name,
    const std::function<bool(std::string_view)>& is_command);

// Of all aliases.
std::vector<std::string> alias_names(const Config& config);

}  // namespace roar::plumbing
