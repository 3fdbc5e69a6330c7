#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// TOML, as far as settings need it. The only place that knows the parsing library.

namespace roar::plumbing {

// What a setting may be. monostate stands for everything else that TOML has.
using TomlValue = std::variant<std::monostate, bool, std::string, std::vector<std::string>>;

struct TomlEntry {
  std::string key;  // joined with dots: "git.dirty"; a component that holds a dot is in quotes
  TomlValue value;
  unsigned line = 0;  // of the value, from 1
};

// Every value that is no table, in the order of the text. Throws Errc::Usage as
// "<file>:<line>: <what is wrong>" for what is not TOML.
std::vector<TomlEntry> read_toml(std::string_view text, std::string_view file);

// `text` with "section.field" set. Comments, order and everything else stay as they are. The value
// must not be monostate. Throws Errc::Usage if `text` is not TOML or the value is not UTF-8, and
// Errc::Unsupported where the file is written in a way that cannot be edited.
std::string with_toml_value(std::string_view text, std::string_view file, std::string_view section,
                            std::string_view field, const TomlValue& value);

// The same without it; nullopt if it is not there.
std::optional<std::string> without_toml_value(std::string_view text, std::string_view file,
                                              std::string_view section, std::string_view field);

}  // namespace roar::plumbing
