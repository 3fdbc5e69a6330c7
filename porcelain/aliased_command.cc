#include "porcelain/aliased_command.h"

#include "objects/base/error.h"
#include "plumbing/aliases.h"
#include "plumbing/workspace.h"
#include "porcelain/commands.h"

namespace roar::porcelain {

std::vector<std::string> aliased_command(std::string_view name) {
  const auto workspace = plumbing::find_workspace();
  const auto config = plumbing::load_config(workspace ? workspace->root : std::filesystem::path());
  auto words = plumbing::expand_alias(
      config, name, [](std::string_view word) { return find_command(word) != nullptr; });
  if (words) return *std::move(words);
  throw Error(Errc::Usage, unknown_command_text(name, plumbing::alias_names(config)));
}

}  // namespace roar::porcelain
