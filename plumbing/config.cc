#include "plumbing/config.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"
#include "objects/base/variable.h"
#include "plumbing/config_keys.h"
#include "plumbing/suggest.h"
#include "plumbing/toml.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kDirty = "git.dirty";
constexpr std::string_view kLocked = "git.dirty_locked";

std::filesystem::path user_config_file() {
  if (const char* base = environment_variable("XDG_CONFIG_HOME"); base != nullptr && *base == '/') {
    return std::filesystem::path(base) / "roar" / "config.toml";
  }
  const char* home = environment_variable("HOME");
  if (home == nullptr || *home == '\0') return {};
  return std::filesystem::path(home) / ".config" / "roar" / "config.toml";
}

std::string unknown_key_text(std::string_view key) {
  std::vector<std::string_view> names;
  for (const ConfigKey& known : config_keys()) names.push_back(known.name);
  const std::string suggestion = suggestion_text(key, names);
  return "unknown key '" + std::string(key) + "'" + (suggestion.empty() ? "" : "; " + suggestion);
}

std::optional<bool> parse_boolean(std::string_view text) {
  for (const std::string_view yes : {"true", "1", "yes", "on"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"false", "0", "no", "off"}) {
    if (text == no) return false;
  }
  return std::nullopt;
}

std::vector<std::string> parse_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) items.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

ConfigValue parse_value(const ConfigKey& key, std::string_view name, std::string_view text,
                        std::string_view where) {
  ConfigValue value = key.default_value();
  if (std::holds_alternative<bool>(value)) {
    const auto boolean = parse_boolean(text);
    value = boolean ? ConfigValue(*boolean) : ConfigValue(std::string(text));
  } else if (std::holds_alternative<std::string>(value)) {
    value = std::string(text);
  } else {
    value = parse_list(text);
  }
  check_config_value(key, name, value, where);
  return value;
}

}  // namespace

// Fills a Config, layer by layer, the weakest first.
class ConfigLoader {
 public:
  explicit ConfigLoader(Config& config) : config_(config) {
    for (const ConfigKey& key : config_keys()) {
      if (key.is_family()) continue;
      config_.settings_.push_back(
          {.key = std::string(key.name), .value = key.default_value(), .where = {}});
    }
  }

  void file(const std::filesystem::path& path, ConfigOrigin origin) {
    const auto text = path.empty() ? std::nullopt : read_file(path);
    if (!text) return;
    for (TomlEntry& entry : read_toml(*text, path.native())) {
      const std::string where = path.native() + ":" + std::to_string(entry.line);
      const ConfigKey* key = find_config_key(entry.key);
      if (key != nullptr) {
        ConfigValue value = value_of(*key, entry, where);
        set(*key, {entry.key, std::move(value), origin, where});
      } else if (!is_foreign_config_key(entry.key)) {
        config_.warnings_.push_back(where + ": " + unknown_key_text(entry.key));
      }
    }
  }

  void environment() {
    for (char** variable = environ; *variable != nullptr; ++variable) {
      const std::string_view text(*variable);
      const std::size_t equals = std::min(text.find('='), text.size());
      const std::string name(text.substr(0, equals));
      const auto key_name = key_of_variable(name);
      if (!key_name) continue;
      const ConfigKey* key = find_config_key(*key_name);
      if (key != nullptr && !key->is_family()) {
        ConfigValue value =
            parse_value(*key, *key_name, text.substr(std::min(equals + 1, text.size())), name);
        set(*key, {*key_name, std::move(value), ConfigOrigin::Environment, name});
      } else if (!is_foreign_config_key(*key_name)) {
        config_.warnings_.push_back(name + ": " + unknown_key_text(*key_name));
      }
    }
  }

  // From here on nothing may loosen git.dirty if the layers so far lock it.
  void lock() { locked_ = config_.boolean(kLocked); }

 private:
  static ConfigValue value_of(const ConfigKey& key, TomlEntry& entry, const std::string& where) {
    TomlValue& value = entry.value;
    if (std::holds_alternative<std::monostate>(value)) {
      throw Error(Errc::Usage, where + ": '" + entry.key + "' is " + allowed_text(key));
    }
    ConfigValue result = key.default_value();
    if (auto* boolean = std::get_if<bool>(&value)) result = *boolean;
    if (auto* string = std::get_if<std::string>(&value)) result = std::move(*string);
    if (auto* list = std::get_if<std::vector<std::string>>(&value)) result = std::move(*list);
    check_config_value(key, entry.key, result, where);
    return result;
  }

  void set(const ConfigKey& key, ConfigSetting setting) {
    if (key.personal && setting.origin == ConfigOrigin::Committed) {
      config_.warnings_.push_back(setting.where + ": '" + setting.key +
                                  "' is not taken from a file that is made to be committed");
      return;
    }
    const auto place =
        std::ranges::lower_bound(config_.settings_, setting.key, {}, &ConfigSetting::key);
    if (place == config_.settings_.end() || place->key != setting.key) {
      config_.settings_.insert(place, std::move(setting));
    } else if (locked_ && loosens(key, setting.value)) {
      config_.warnings_.push_back(setting.where + ": '" + setting.key +
                                  "' is locked by this project and stays '" +
                                  to_text(place->value) + "'");
    } else {
      *place = std::move(setting);
    }
  }

  bool loosens(const ConfigKey& key, const ConfigValue& value) const {
    if (key.name == kLocked) return value == ConfigValue(false);
    if (key.name != kDirty) return false;
    const auto strictness = [&](const std::string& word) {  // the table has the strictest first
      return std::ranges::find(key.allowed, word) - key.allowed.begin();
    };
    return strictness(std::get<std::string>(value)) > strictness(config_.string(kDirty));
  }

  Config& config_;
  bool locked_ = false;
};

const ConfigKey& require_config_key(std::string_view name) {
  const ConfigKey* key = find_config_key(name);
  if (key != nullptr) return *key;
  throw Error(Errc::Usage, unknown_key_text(name) + "\nhint: 'roar config list' shows all keys");
}

std::string_view origin_name(ConfigOrigin origin) noexcept {
  switch (origin) {
    case ConfigOrigin::Default:
      return "default";
    case ConfigOrigin::User:
      return "user";
    case ConfigOrigin::Committed:
      return "committed";
    case ConfigOrigin::Local:
      return "local";
    case ConfigOrigin::Environment:
      return "environment";
  }
  return "";
}

const ConfigSetting* Config::find(std::string_view key) const noexcept {
  const auto found = std::ranges::lower_bound(settings_, key, {}, &ConfigSetting::key);
  return found != settings_.end() && found->key == key ? &*found : nullptr;
}

const ConfigSetting& Config::setting(std::string_view key) const {
  const ConfigSetting* found = find(key);
  ROAR_ASSERT(found != nullptr);
  return *found;
}

bool Config::boolean(std::string_view key) const {
  const auto* value = std::get_if<bool>(&setting(key).value);
  ROAR_ASSERT(value != nullptr);
  return *value;
}

const std::string& Config::string(std::string_view key) const {
  const auto* value = std::get_if<std::string>(&setting(key).value);
  ROAR_ASSERT(value != nullptr);
  return *value;
}

const std::vector<std::string>& Config::list(std::string_view key) const {
  const auto* value = std::get_if<std::vector<std::string>>(&setting(key).value);
  ROAR_ASSERT(value != nullptr);
  return *value;
}

std::filesystem::path config_file(const std::filesystem::path& root, ConfigFile file) {
  if (file == ConfigFile::Local) return root / ".roar" / "config.toml";
  if (file == ConfigFile::Project) return root / "roar.toml";
  auto path = user_config_file();
  if (path.empty()) throw Error(Errc::Usage, "no home directory: neither HOME nor XDG_CONFIG_HOME");
  return path;
}

Config load_config(const std::filesystem::path& root) {
  Config config;
  ConfigLoader loader(config);
  loader.file(user_config_file(), ConfigOrigin::User);
  if (!root.empty()) {
    loader.file(root / ".roarconfig", ConfigOrigin::Committed);
    loader.file(config_file(root, ConfigFile::Project), ConfigOrigin::Committed);
    loader.lock();
    loader.file(config_file(root, ConfigFile::Local), ConfigOrigin::Local);
  }
  loader.environment();
  return config;
}

ConfigValue parse_config_value(std::string_view key, std::string_view text) {
  return parse_value(require_config_key(key), key, text, "bad value");
}

std::string to_text(const ConfigValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* string = std::get_if<std::string>(&value)) return *string;
  std::string text;
  for (const std::string& item : std::get<std::vector<std::string>>(value)) {
    text += (text.empty() ? "" : ",") + item;
  }
  return text;
}

namespace {

struct KeyParts {
  std::string_view section;
  std::string_view field;
};

KeyParts parts_of(std::string_view key) {
  const std::size_t dot = key.find('.');
  return {key.substr(0, dot), key.substr(dot + 1)};
}

// Keeps others from editing files of this directory until it is destroyed. Where the file system
// has no locks, nothing is kept.
Fd lock_directory(const std::filesystem::path& directory) {
  Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  while (fd && ::flock(fd.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return fd;
}

// The file itself if the path is a symbolic link to it.
std::filesystem::path followed(const std::filesystem::path& path) {
  std::error_code error;
  auto real = std::filesystem::canonical(path, error);
  return error ? path : real;
}

void replace_file(const std::filesystem::path& path, std::string_view text) {
  constexpr mode_t kMode = 0644;
  constexpr mode_t kPermissions = 07777;
  struct stat status {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  AtomicFile file(path, exists ? status.st_mode & kPermissions : kMode);
  file.write(text);
  file.commit();
}

const ConfigKey& key_for(ConfigFile file, std::string_view name) {
  const ConfigKey& key = require_config_key(name);
  if (key.personal && file == ConfigFile::Project) {
    throw Error(Errc::Usage, "'" + std::string(name) +
                                 "' is not taken from a file that is made to be committed; set it "
                                 "with --local or --user");
  }
  return key;
}

}  // namespace

void set_config(const std::filesystem::path& root, ConfigFile file, std::string_view key,
                const ConfigValue& value) {
  check_config_value(key_for(file, key), key, value, "bad value");
  const auto [section, field] = parts_of(key);
  const auto path = followed(config_file(root, file));
  make_directories(path.parent_path());
  const Fd lock = lock_directory(path.parent_path());
  const TomlValue toml = std::visit([](const auto& held) { return TomlValue(held); }, value);
  replace_file(path,
               with_toml_value(read_file(path).value_or(""), path.native(), section, field, toml));
}

bool unset_config(const std::filesystem::path& root, ConfigFile file, std::string_view key) {
  require_config_key(key);
  const auto [section, field] = parts_of(key);
  const auto path = followed(config_file(root, file));
  const Fd lock = lock_directory(path.parent_path());
  const auto text = read_file(path);
  if (!text) return false;
  const auto edited = without_toml_value(*text, path.native(), section, field);
  if (edited) replace_file(path, *edited);
  return edited.has_value();
}

}  // namespace roar::plumbing
