#pragma once

#include <string>

namespace roar {

// The value of an environment variable; null if it is not set. It belongs to the environment. Not
// while another thread changes that, which nothing here does.
const char* environment_variable(const char* name) noexcept;
// A copy of it; empty if it is not set.
std::string environment_text(const char* name);

}  // namespace roar
