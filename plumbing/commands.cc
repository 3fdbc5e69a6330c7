#include "plumbing/commands.h"

#include <algorithm>
#include <array>

namespace roar::plumbing {
namespace {

constexpr std::array kCommands{
    Command{"cat-object", cmd_cat_object, Level::Plumbing, Needs::Store,
            "print an object's type, size or payload"},
    Command{"for-each-ref", cmd_for_each_ref, Level::Plumbing, Needs::Store,
            "list refs and what they point at"},
    Command{"fsck", cmd_fsck, Level::Plumbing, Needs::Workspace, "check the store"},
    Command{"hash-file", cmd_hash_file, Level::Plumbing, Needs::Nothing, "print digests of files"},
    Command{"hash-object", cmd_hash_object, Level::Plumbing, Needs::Nothing,
            "print the id that an object has, and store it"},
    Command{"resolve", cmd_resolve, Level::Plumbing, Needs::Store,
            "print the id that a name stands for"},
    Command{"trace", cmd_trace, Level::Plumbing, Needs::Nothing,
            "run a command and print what it did, without a record", Failure::Runner},
};
static_assert(std::ranges::is_sorted(kCommands, {}, &Command::name));

}  // namespace

std::span<const Command> commands() noexcept {
  return kCommands;
}

}  // namespace roar::plumbing
