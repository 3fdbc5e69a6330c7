#pragma once

// Every plumbing command's entry point. Add a command here, to commands.cc, to man/ and to
// tests/cli/; tests/cli/t0001-command-table.sh fails if one of the four is forgotten.

#include <span>

#include "plumbing/command.h"

namespace roar::plumbing {

int cmd_cat_object(Context& context, Arguments arguments);
int cmd_for_each_ref(Context& context, Arguments arguments);
int cmd_fsck(Context& context, Arguments arguments);
int cmd_hash_file(Context& context, Arguments arguments);
int cmd_hash_object(Context& context, Arguments arguments);
int cmd_resolve(Context& context, Arguments arguments);
int cmd_trace(Context& context, Arguments arguments);

// By name.
std::span<const Command> commands() noexcept;

}  // namespace roar::plumbing
