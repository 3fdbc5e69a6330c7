#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Settings: one table of keys (config_keys.cc), merged from flag > ROAR_* > .roar/config.toml >
// roar.toml (and .roarconfig) > user file > default. roar-config(5) documents the keys.

namespace roar::plumbing {

using ConfigValue = std::variant<bool, std::string, std::vector<std::string>>;

struct ConfigKey {
  std::string_view name;  // "git.dirty"; "alias.<name>": a family, all keys of that form
  ConfigValue (*default_value)();
  std::span<const std::string_view> allowed;  // words, or items of a list; empty: anything
  std::string_view description;               // sentences, as in roar-config(5)
  bool personal = false;  // not taken from committed files: they must not run programs
  // For strings of a form: what the form is, and whether a text has it.
  std::string_view form = {};
  bool (*has_form)(std::string_view text) = nullptr;

  bool is_family() const noexcept { return name.ends_with('>'); }
  // The first words of the description.
  std::string_view summary() const noexcept {
    return description.substr(0, description.find_first_of(".:;"));
  }
};
std::span<const ConfigKey> config_keys() noexcept;  // by name
// The description, what the key takes, its default and where it may stand, in one paragraph.
std::string description_of(const ConfigKey& key);
// Throws Errc::Usage, with suggestions, for a key that is not in the table.
const ConfigKey& require_config_key(std::string_view name);

// In the order of precedence, the weakest first.
enum class ConfigOrigin : std::uint8_t { Default, User, Committed, Local, Environment };
std::string_view origin_name(ConfigOrigin origin) noexcept;  // "default", "user", ...

struct ConfigSetting {
  std::string key;
  ConfigValue value;
  ConfigOrigin origin = ConfigOrigin::Default;
  std::string where;  // file and line, or name of the variable; empty for a default
};

// The merged settings.
class Config {
 public:
  // Every key of the table has a value. A key that is not in the table, or of another type, is a
  // bug: ROAR_ASSERT.
  bool boolean(std::string_view key) const;
  const std::string& string(std::string_view key) const;
  const std::vector<std::string>& list(std::string_view key) const;
  const ConfigSetting& setting(std::string_view key) const;
  // Null if there is none: of a family only those keys are there that a file sets.
  const ConfigSetting* find(std::string_view key) const noexcept;
  std::span<const ConfigSetting> settings() const noexcept { return settings_; }  // by key

  // What was wrong without being an error, one line each: unknown keys, with file and line or the
  // name of the variable, settings that may not stand where they do, and those that a committed
  // git.dirty_locked overrules. Commands that run show them.
  const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  friend class ConfigLoader;
  std::vector<ConfigSetting> settings_;
  std::vector<std::string> warnings_;
};

// Settings for the project at `root`. Throws Errc::Usage, with file and line, for a file that is
// not TOML and for a value that its key does not take, and Errc::Io for a file that cannot be read.
// With an empty root: environment, user file and defaults. Reads the environment, so call it before
// threads change that.
Config load_config(const std::filesystem::path& root);

// Text as it is typed on a command line to a value of the key: true/1/yes/on, comma separated
// lists. Throws Errc::Usage for an unknown key (with suggestions) or a bad value (with what is
// allowed).
ConfigValue parse_config_value(std::string_view key, std::string_view text);
// The reverse, for people: "true", "a,b".
std::string to_text(const ConfigValue& value);

// A file that can be edited.
enum class ConfigFile : std::uint8_t { Local, Project, User };
// .roar/config.toml or roar.toml of the project at `root`, or the user's own file. Throws
// Errc::Usage if there is no home directory to find the last one in.
std::filesystem::path config_file(const std::filesystem::path& root, ConfigFile file);

// Sets or removes one key in a file by editing its region only: comments, order and keys that are
// not ours stay. Atomic and durable; the file keeps its mode, and a symbolic link is followed. Of
// two at the same time, one waits for the other. unset returns whether the key was there. Throws
// Errc::Usage for an unknown key, a file that is not TOML, and a key that may not stand in this
// file; Errc::Unsupported for a file that cannot be edited in place.
void set_config(const std::filesystem::path& root, ConfigFile file, std::string_view key,
                const ConfigValue& value);
bool unset_config(const std::filesystem::path& root, ConfigFile file, std::string_view key);

}  // namespace roar::plumbing
