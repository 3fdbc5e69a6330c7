#include "plumbing/commands.h"

#include <algorithm>
#include <array>

namespace roar::plumbing {
namespace {

constexpr std::array<Command, 0> kCommands{};
static_assert(std::ranges::is_sorted(kCommands, {}, &Command::name));

}  // namespace

std::span<const Command> commands() noexcept {
  return kCommands;
}

}  // namespace roar::plumbing
