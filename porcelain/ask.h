#pragma once

#include <cstdint>
#include <string_view>

#include "plumbing/command.h"

namespace roar::porcelain {

enum class Answer : std::uint8_t { No, Yes };

// Asks on standard error and reads a line: y or yes, n or no; an empty one is `otherwise`, the end
// of the input is no. Throws Errc::Conflict, naming the option that answers, if nobody can be
// asked: with --no-input, or if standard input or standard error is no terminal.
Answer ask(Context& context, std::string_view question, Answer otherwise, std::string_view option);

}  // namespace roar::porcelain
