#include <ostream>
#include <string>
#include <string_view>

#include "plumbing/config.h"
#include "plumbing/options.h"
#include "plumbing/workspace.h"
#include "porcelain/commands.h"

namespace roar::porcelain {
namespace {

using plumbing::Config;
using plumbing::ConfigSetting;

// "git.dirty = refuse", and with the origin before it, separated by tabs.
std::string line_of(const ConfigSetting& setting, bool origin) {
  std::string line;
  if (origin)
    line += std::string(plumbing::origin_name(setting.origin)) + '\t' + setting.where + '\t';
  return line + std::string(setting.key) + " = " + plumbing::to_text(setting.value) + '\n';
}

// Settings can be looked at outside of a project too.
Config effective_config() {
  const auto workspace = plumbing::find_workspace();
  return plumbing::load_config(workspace ? workspace->root : std::filesystem::path());
}

void print_warnings(Context& context, const Config& config) {
  for (const std::string& warning : config.warnings())
    context.err << "warning: " << warning << '\n';
}

int set(Context& context, std::string_view key, std::string_view text) {
  const auto value = plumbing::parse_config_value(key, text);
  const auto root = plumbing::require_workspace().root;
  plumbing::set_config(root, key, value);
  const Config config = plumbing::load_config(root);
  const ConfigSetting& now = config.setting(key);
  context.err << key << " = " << plumbing::to_text(value) << " in "
              << plumbing::local_config_file(root).string() << '\n';
  if (now.value != value) {
    context.err << "warning: '" << plumbing::to_text(now.value) << "' from " << now.where
                << " takes precedence\n";
  }
  return 0;
}

int unset(Context& context, std::string_view key) {
  const auto root = plumbing::require_workspace().root;
  if (plumbing::unset_config(root, key)) return 0;
  context.err << "'" << key << "' is not set in " << plumbing::local_config_file(root).string()
              << '\n';
  return 1;
}

}  // namespace

int cmd_config(Context& context, Arguments arguments) {
  bool origin = false;
  const Options options = Options(
                              "config list [--origin]\n"
                              "config get [--origin] <key>\n"
                              "config set <key> <value>\n"
                              "config unset <key>")
                              .flag(0, "origin", origin, "show where each value comes from");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  const bool reads = action == "list" || action == "get";
  if (!reads && origin) throw options.usage_error("--origin is for list and get");

  if (action == "list" && operands.size() == 1) {
    const Config config = effective_config();
    print_warnings(context, config);
    for (const ConfigSetting& setting : config.settings()) context.out << line_of(setting, origin);
    return 0;
  }
  if (action == "get" && operands.size() == 2) {
    plumbing::require_config_key(operands[1]);
    const Config config = effective_config();
    print_warnings(context, config);
    const ConfigSetting& setting = config.setting(operands[1]);
    context.out << (origin ? line_of(setting, true) : plumbing::to_text(setting.value) + '\n');
    return 0;
  }
  if (action == "set" && operands.size() == 3) return set(context, operands[1], operands[2]);
  if (action == "unset" && operands.size() == 2) return unset(context, operands[1]);
  throw options.usage_error("expected list, get, set or unset");
}

}  // namespace roar::porcelain
