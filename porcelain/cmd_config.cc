#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "objects/json.h"
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

json::Value to_json(const plumbing::ConfigValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
  if (const auto* string = std::get_if<std::string>(&value)) return *string;
  json::Array items;
  for (const auto& item : std::get<std::vector<std::string>>(value)) items.emplace_back(item);
  return items;
}

json::Value to_json(const ConfigSetting& setting) {
  json::Object object{{"key", setting.key},
                      {"value", to_json(setting.value)},
                      {"origin", plumbing::origin_name(setting.origin)}};
  if (!setting.where.empty()) json::put_bytes(object, "where", setting.where);
  return object;
}

std::string to_json(std::span<const ConfigSetting> settings) {
  json::Array list;
  for (const ConfigSetting& setting : settings) list.push_back(to_json(setting));
  return json::encode(json::Object{{"version", 1}, {"settings", std::move(list)}});
}

// Settings can be looked at outside of a project too.
Config effective_config(Context& context) {
  const auto workspace = plumbing::find_workspace();
  Config config = plumbing::load_config(workspace ? workspace->root : std::filesystem::path());
  for (const std::string& warning : config.warnings()) {
    context.err << "warning: " << warning << '\n';
  }
  return config;
}

struct Show {
  bool origin = false;
  bool json = false;
};

int list(Context& context, Show show) {
  const Config config = effective_config(context);
  if (show.json) context.out << to_json(config.settings()) << '\n';
  for (const ConfigSetting& setting : config.settings()) {
    if (!show.json) context.out << line_of(setting, show.origin);
  }
  return 0;
}

int get(Context& context, Show show, std::string_view key) {
  plumbing::require_config_key(key);
  const Config config = effective_config(context);
  const ConfigSetting& setting = config.setting(key);
  if (show.json) {
    context.out << to_json(std::span(&setting, 1)) << '\n';
  } else {
    context.out << (show.origin ? line_of(setting, true) : plumbing::to_text(setting.value) + '\n');
  }
  return 0;
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
  Show show;
  const Options options = Options(
                              "config list [--origin | --json]\n"
                              "config get [--origin | --json] <key>\n"
                              "config set <key> <value>\n"
                              "config unset <key>")
                              .flag(0, "origin", show.origin, "show where each value comes from")
                              .flag(0, "json", show.json, "print one JSON object");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  if ((show.origin || show.json) && action != "list" && action != "get") {
    throw options.usage_error("--origin and --json are for list and get");
  }
  if (action == "list" && operands.size() == 1) return list(context, show);
  if (action == "get" && operands.size() == 2) return get(context, show, operands[1]);
  if (action == "set" && operands.size() == 3) return set(context, operands[1], operands[2]);
  if (action == "unset" && operands.size() == 2) return unset(context, operands[1]);
  throw options.usage_error("expected list, get, set or unset");
}

}  // namespace roar::porcelain
