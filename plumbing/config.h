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
  std::string_view name;  // "git.dirty"
  ConfigValue (*default_value)();
  std::span<const std::string_view> allowed;  // words, or items of a list; empty: anything
  std::string_view summary;
  bool personal = false;  // not taken from committed files: they must not run programs
};
std::span<const ConfigKey> config_keys() noexcept;  // by name
// Throws Errc::Usage, with suggestions, for a key that is not in the table.
const ConfigKey& require_config_key(std::string_view name);

// In the order of precedence, the weakest first.
enum class ConfigOrigin : std::uint8_t { Default, User, Committed, Local, Environment };
std::string_view origin_name(ConfigOrigin origin) noexcept;  // "default", "user", ...

struct ConfigSetting {
  std::string_view key;
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
  std::span<const ConfigSetting> settings() const noexcept { return settings_; }  // by key

  // What was wrong without being an error, one line each: unknown keys, with file and line, and
  // settings that a committed git.dirty_locked overrules. Commands that run show them.
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

// Where set_config writes.
std::filesystem::path local_config_file(const std::filesystem::path& root);

// Sets or removes one key in `root`/.roar/config.toml by editing its region only: comments, order
// and keys that are not ours stay. Atomic and durable; of two at the same time the last one wins.
// unset returns whether the key was there. Throws Errc::Usage for an unknown key or a file that is
// not TOML, Errc::Unsupported for one that cannot be edited in place.
void set_config(const std::filesystem::path& root, std::string_view key, const ConfigValue& value);
bool unset_config(const std::filesystem::path& root, std::string_view key);

}  // namespace roar::plumbing
