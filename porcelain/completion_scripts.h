#pragma once

#include <string_view>

// The files of porcelain/completion/, which are also installed.

namespace roar::porcelain {

std::string_view bash_completion_script() noexcept;
std::string_view fish_completion_script() noexcept;
std::string_view zsh_completion_script() noexcept;

}  // namespace roar::porcelain
