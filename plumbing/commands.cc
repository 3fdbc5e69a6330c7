#include "plumbing/commands.h"

#include <algorithm>
#include <array>

namespace roar::plumbing {
namespace {

constexpr std::array kCommands{
    Command{"resolve", cmd_resolve, Level::Plumbing, Needs::Store,
            "print the id that a name stands for"},
};
static_assert(std::ranges::is_sorted(kCommands, {}, &Command::name));

}  // namespace

std::span<const Command> commands() noexcept {
  return kCommands;
}

}  // namespace roar::plumbing
