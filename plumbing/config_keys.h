#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plumbing/config.h"

namespace roar::plumbing {

// Null if it is not one of ours. A key like "alias.st" has the row of its family.
const ConfigKey* find_config_key(std::string_view name) noexcept;

// Whether a file may hold the key although we do nothing with it: the public roar shares
// .roar/config.toml with us.
bool is_foreign_config_key(std::string_view name) noexcept;

// The setting in the environment: "ROAR_GIT__DIRTY" for "git.dirty".
std::string variable_of(std::string_view key);
// The reverse; nullopt if the name is not of this form. The key need not be one of ours.
std::optional<std::string> key_of_variable(std::string_view name);

// What the key takes, for messages: "refuse, record or ignore"; "true or false".
std::string allowed_text(const ConfigKey& key);

// Throws Errc::Usage as "<where>: ..." if the key, called `name`, does not take the value.
void check_config_value(const ConfigKey& key, std::string_view name, const ConfigValue& value,
                        std::string_view where);

}  // namespace roar::plumbing
