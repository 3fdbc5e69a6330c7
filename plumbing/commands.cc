#include "plumbing/commands.h"

#include <algorithm>
#include <array>

namespace roar::plumbing {
namespace {

constexpr std::array kCommands{
    Command{"backup", cmd_backup, Level::Plumbing, Needs::Workspace,
            "copy the store while others use it"},
    Command{"bundle", cmd_bundle, Level::Plumbing, Needs::Nothing,
            "carry refs and objects to another project in a file"},
    Command{"cat-object", cmd_cat_object, Level::Plumbing, Needs::Store,
            "print an object's type, size or payload"},
    Command{"check-ref-format", cmd_check_ref_format, Level::Plumbing, Needs::Nothing,
            "tell whether a ref may have a name"},
    Command{"compact", cmd_compact, Level::Plumbing, Needs::Workspace,
            "write the store anew, without free space"},
    Command{"count-objects", cmd_count_objects, Level::Plumbing, Needs::Store,
            "count objects and the space they take"},
    Command{"diff-object", cmd_diff_object, Level::Plumbing, Needs::Store,
            "print in what two objects differ"},
    Command{"for-each-ref", cmd_for_each_ref, Level::Plumbing, Needs::Store,
            "list refs and what they point at"},
    Command{"fsck", cmd_fsck, Level::Plumbing, Needs::Workspace, "check the store"},
    Command{"gc", cmd_gc, Level::Plumbing, Needs::Workspace,
            "remove objects that nothing leads to"},
    Command{"hash-file", cmd_hash_file, Level::Plumbing, Needs::Nothing,
            "print digests of files, or check them"},
    Command{"hash-object", cmd_hash_object, Level::Plumbing, Needs::Nothing,
            "print the id that an object has, and store it"},
    Command{"hook", cmd_hook, Level::Plumbing, Needs::Workspace,
            "list the project's hooks, and run one"},
    Command{"lineage-base", cmd_lineage_base, Level::Plumbing, Needs::Store,
            "find what two things have in common upstream"},
    Command{"log-objects", cmd_log_objects, Level::Plumbing, Needs::Workspace,
            "list objects in the order of writing"},
    Command{"ls-composite", cmd_ls_composite, Level::Plumbing, Needs::Store,
            "list the entries of a tree of files"},
    Command{"ls-lineage", cmd_ls_lineage, Level::Plumbing, Needs::Store,
            "list what something came from, or what came from it"},
    Command{"pack-objects", cmd_pack_objects, Level::Plumbing, Needs::Store,
            "write objects to a pack"},
    Command{"prune", cmd_prune, Level::Plumbing, Needs::Workspace,
            "remove objects that neither refs nor names lead to"},
    Command{"recover", cmd_recover, Level::Plumbing, Needs::Workspace,
            "make a damaged store anew of what is left"},
    Command{"reflog", cmd_reflog, Level::Plumbing, Needs::StoreForWriting,
            "show where refs have been, and shorten their logs"},
    Command{"reindex", cmd_reindex, Level::Plumbing, Needs::Workspace,
            "rebuild every index from objects and refs"},
    Command{"resolve", cmd_resolve, Level::Plumbing, Needs::Store,
            "print the id that a name stands for"},
    Command{"show-ref", cmd_show_ref, Level::Plumbing, Needs::Store, "look refs up"},
    Command{"symbolic-ref", cmd_symbolic_ref, Level::Plumbing, Needs::StoreForWriting,
            "print and set which ref another one stands for"},
    Command{"trace", cmd_trace, Level::Plumbing, Needs::Nothing,
            "run a command and print what it did, without a record", Failure::Runner},
    Command{"unpack-objects", cmd_unpack_objects, Level::Plumbing, Needs::Workspace,
            "check the objects of a pack and store them"},
    Command{"update-ref", cmd_update_ref, Level::Plumbing, Needs::StoreForWriting,
            "move refs, all at once or none"},
    Command{"upgrade", cmd_upgrade, Level::Plumbing, Needs::Workspace,
            "write the store anew in the newest format"},
    Command{"verify-pack", cmd_verify_pack, Level::Plumbing, Needs::Nothing,
            "check packs, without a store"},
};
static_assert(std::ranges::is_sorted(kCommands, {}, &Command::name));

}  // namespace

std::span<const Command> commands() noexcept {
  return kCommands;
}

}  // namespace roar::plumbing
