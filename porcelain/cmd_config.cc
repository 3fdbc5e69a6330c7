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
#include "porcelain/edit_setting.h"

namespace roar::porcelain {
namespace {

using plumbing::Config;
using plumbing::ConfigFile;
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
  const ConfigSetting* setting = config.find(key);
  if (setting == nullptr) {
    context.err << "'" << key << "' is not set\n";
    return 1;
  }
  if (show.json) {
    context.out << to_json(std::span(setting, 1)) << '\n';
  } else {
    context.out << (show.origin ? line_of(*setting, true)
                                : plumbing::to_text(setting->value) + '\n');
  }
  return 0;
}

// Which file --local, --project and --user mean; the local one if none of them is given.
struct Scope {
  bool local = false;
  bool project = false;
  bool user = false;

  int count() const noexcept { return (local ? 1 : 0) + (project ? 1 : 0) + (user ? 1 : 0); }
  ConfigFile file() const noexcept {
    if (project) return ConfigFile::Project;
    return user ? ConfigFile::User : ConfigFile::Local;
  }
};

int unset(Context& context, ConfigFile file, std::string_view key) {
  const auto root = root_of(file);
  if (plumbing::unset_config(root, file, key)) return 0;
  context.err << "'" << key << "' is not set in " << plumbing::config_file(root, file).string()
              << '\n';
  return 1;
}

// Breaks a paragraph into lines that begin with four spaces.
void print_paragraph(std::ostream& out, std::string_view text) {
  constexpr std::size_t kWidth = 76;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (!line.empty() && line.size() + 1 + end > kWidth - 4) {
      out << "    " << line << '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out << "    " << line << '\n';
}

json::Object described_json(const plumbing::ConfigKey& key) {
  json::Array allowed;
  for (const std::string_view word : key.allowed) allowed.emplace_back(word);
  return {{"key", key.name},
          {"default", to_json(key.default_value())},
          {"allowed", std::move(allowed)},
          {"committed", !key.personal},
          {"description", plumbing::description_of(key)}};
}

int describe(Context& context, bool json, std::string_view name) {
  const auto all = plumbing::config_keys();
  const auto keys = name.empty() ? all : std::span(&plumbing::require_config_key(name), 1);
  json::Array list;
  for (const plumbing::ConfigKey& key : keys) {
    if (json) {
      list.push_back(described_json(key));
      continue;
    }
    context.out << key.name << '\n';
    print_paragraph(context.out, plumbing::description_of(key));
  }
  if (json) {
    context.out << json::encode(json::Object{{"version", 1}, {"keys", std::move(list)}}) << '\n';
  }
  return 0;
}

}  // namespace

int cmd_config(Context& context, Arguments arguments) {
  Show show;
  Scope scope;
  const Options options =
      Options(
          "config list [--origin | --json]\n"
          "config get [--origin | --json] <key>\n"
          "config set [--local | --project | --user] <key> <value>\n"
          "config unset [--local | --project | --user] <key>\n"
          "config describe [--json] [<key>]")
          .flag(0, "origin", show.origin, "show where each value comes from")
          .flag(0, "json", show.json, "print one JSON object")
          .flag(0, "local", scope.local, "edit .roar/config.toml (the default)")
          .flag(0, "project", scope.project, "edit roar.toml, which is made to be committed")
          .flag(0, "user", scope.user, "edit the user's own file");
  const auto operands = options.parse(arguments);
  const std::string_view action = operands.empty() ? "" : operands.front();
  const std::size_t count = operands.size();
  const bool shows = action == "list" || action == "get" || action == "describe";
  const bool edits = action == "set" || action == "unset";
  if (show.json && !shows) throw options.usage_error("--json is for list, get and describe");
  if (show.origin && action != "list" && action != "get") {
    throw options.usage_error("--origin is for list and get");
  }
  if (scope.count() > (edits ? 1 : 0)) {
    throw options.usage_error("one of --local, --project and --user may stand, for set and unset");
  }
  if (action == "list" && count == 1) return list(context, show);
  if (action == "get" && count == 2) return get(context, show, operands[1]);
  if (action == "set" && count == 3)
    return set_setting(context, scope.file(), operands[1], operands[2]);
  if (action == "unset" && count == 2) return unset(context, scope.file(), operands[1]);
  if (action == "describe" && count <= 2) {
    return describe(context, show.json, count == 2 ? operands[1] : std::string_view());
  }
  throw options.usage_error("expected list, get, set, unset or describe");
}

}  // namespace roar::porcelain
