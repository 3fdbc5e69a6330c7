#pragma once

// Every plumbing command's entry point. Add a command here, to commands.cc, to man/ and to
// tests/cli/; tests/cli/t0001-command-table.sh fails if one of the four is forgotten.

#include <span>

#include "plumbing/command.h"

namespace roar::plumbing {

int cmd_bundle(Context& context, Arguments arguments);
int cmd_backup(Context& context, Arguments arguments);
int cmd_cat_object(Context& context, Arguments arguments);
int cmd_check_ref_format(Context& context, Arguments arguments);
int cmd_compact(Context& context, Arguments arguments);
int cmd_count_objects(Context& context, Arguments arguments);
int cmd_diff_object(Context& context, Arguments arguments);
int cmd_for_each_ref(Context& context, Arguments arguments);
int cmd_fsck(Context& context, Arguments arguments);
int cmd_gc(Context& context, Arguments arguments);
int cmd_hash_file(Context& context, Arguments arguments);
int cmd_hash_object(Context& context, Arguments arguments);
int cmd_hook(Context& context, Arguments arguments);
int cmd_lineage_base(Context& context, Arguments arguments);
int cmd_log_objects(Context& context, Arguments arguments);
int cmd_ls_composite(Context& context, Arguments arguments);
int cmd_ls_lineage(Context& context, Arguments arguments);
int cmd_pack_objects(Context& context, Arguments arguments);
int cmd_reflog(Context& context, Arguments arguments);
int cmd_prune(Context& context, Arguments arguments);
int cmd_recover(Context& context, Arguments arguments);
int cmd_reindex(Context& context, Arguments arguments);
int cmd_resolve(Context& context, Arguments arguments);
int cmd_show_ref(Context& context, Arguments arguments);
int cmd_symbolic_ref(Context& context, Arguments arguments);
int cmd_trace(Context& context, Arguments arguments);
int cmd_unpack_objects(Context& context, Arguments arguments);
int cmd_update_ref(Context& context, Arguments arguments);
int cmd_upgrade(Context& context, Arguments arguments);
int cmd_verify_pack(Context& context, Arguments arguments);

// By name.
std::span<const Command> commands() noexcept;

}  // namespace roar::plumbing
