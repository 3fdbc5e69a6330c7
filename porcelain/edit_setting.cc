#include "porcelain/edit_setting.h"

#include <ostream>
#include <string>

#include "objects/base/error.h"
#include "plumbing/care/fsck.h"
#include "plumbing/workspace.h"
#include "porcelain/commands.h"

namespace roar::porcelain {

std::filesystem::path root_of(plumbing::ConfigFile file) {
  if (file != plumbing::ConfigFile::User) return plumbing::require_workspace().root;
  const auto workspace = plumbing::find_workspace();
  return workspace ? workspace->root : std::filesystem::path();
}

int set_setting(Context& context, plumbing::ConfigFile file, std::string_view key,
                std::string_view text) {
  constexpr std::string_view kAlias = "alias.";
  if (key.starts_with(kAlias) && find_command(key.substr(kAlias.size())) != nullptr) {
    throw Error(Errc::Usage, "'" + std::string(key.substr(kAlias.size())) +
                                 "' is a command; an alias cannot take its place");
  }
  constexpr std::string_view kFsck = "fsck.";
  if (key.starts_with(kFsck)) plumbing::fsck_message_named(key.substr(kFsck.size()));
  const auto value = plumbing::parse_config_value(key, text);
  const auto root = root_of(file);
  plumbing::set_config(root, file, key, value);
  context.err << key << " = " << plumbing::to_text(value) << " in "
              << plumbing::config_file(root, file).string() << '\n';
  const plumbing::Config config = plumbing::load_config(root);
  const plumbing::ConfigSetting* now = config.find(key);
  if (now != nullptr && now->value != value) {
    context.err << "warning: '" << plumbing::to_text(now->value) << "' from " << now->where
                << " takes precedence\n";
  }
  return 0;
}

}  // namespace roar::porcelain
