#pragma once

#include <string_view>

#include "plumbing/config.h"

namespace roar::plumbing {

// Null if it is not one of ours.
const ConfigKey* find_config_key(std::string_view name) noexcept;

// Whether a file may hold the key although we do nothing with it: the public roar shares
// .roar/config.toml with us.
bool is_foreign_config_key(std::string_view name) noexcept;

// The setting in the environment: "ROAR_GIT__DIRTY" for "git.dirty".
std::string variable_of(std::string_view key);

// What the key takes, for messages: "refuse, record or ignore"; "true or false".
std::string allowed_text(const ConfigKey& key);

// Throws Errc::Usage as "<where>: ..." if the key does not take the value.
void check_config_value(const ConfigKey& key, const ConfigValue& value, std::string_view where);

}  // namespace roar::plumbing
