#pragma once

// Every plumbing command's entry point. Add a command here, to commands.cc, to man/ and to
// tests/cli/; tests/cli/t0001-command-table.sh fails if one of the four is forgotten.

#include <span>

#include "plumbing/command.h"

namespace roar::plumbing {

int cmd_resolve(Context& context, Arguments arguments);

// By name.
std::span<const Command> commands() noexcept;

}  // namespace roar::plumbing
