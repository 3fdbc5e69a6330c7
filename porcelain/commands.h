#pragma once

// Every porcelain command's entry point. Add a command here, to commands.cc, to the groups in
// cmd_help.cc, to man/ and to tests/cli/; tests/cli/t0001-command-table.sh and t0004-help.sh fail
// if one of them is forgotten.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plumbing/command.h"

namespace roar::porcelain {

int cmd_build(Context& context, Arguments arguments);
int cmd_complete(Context& context, Arguments arguments);
int cmd_completion(Context& context, Arguments arguments);
int cmd_composite(Context& context, Arguments arguments);
int cmd_config(Context& context, Arguments arguments);
int cmd_dag(Context& context, Arguments arguments);
int cmd_diff(Context& context, Arguments arguments);
int cmd_doctor(Context& context, Arguments arguments);
int cmd_env(Context& context, Arguments arguments);
int cmd_filter(Context& context, Arguments arguments);
int cmd_help(Context& context, Arguments arguments);
int cmd_import(Context& context, Arguments arguments);
int cmd_init(Context& context, Arguments arguments);
int cmd_inputs(Context& context, Arguments arguments);
int cmd_label(Context& context, Arguments arguments);
int cmd_lineage(Context& context, Arguments arguments);
int cmd_log(Context& context, Arguments arguments);
int cmd_pop(Context& context, Arguments arguments);
int cmd_prompt(Context& context, Arguments arguments);
int cmd_reset(Context& context, Arguments arguments);
int cmd_run(Context& context, Arguments arguments);
int cmd_session(Context& context, Arguments arguments);
int cmd_show(Context& context, Arguments arguments);
int cmd_status(Context& context, Arguments arguments);
int cmd_tag(Context& context, Arguments arguments);
int cmd_tracer(Context& context, Arguments arguments);
int cmd_verify(Context& context, Arguments arguments);
int cmd_why(Context& context, Arguments arguments);

// By name.
std::span<const Command> commands() noexcept;

// In either table; null if there is no such command.
const Command* find_command(std::string_view name) noexcept;

// What to say about a name that is neither a command nor one of the aliases, with suggestions.
std::string unknown_command_text(std::string_view name, const std::vector<std::string>& aliases);

// The commands that people type, by what they are for. Without a final newline.
std::string command_overview();

}  // namespace roar::porcelain
