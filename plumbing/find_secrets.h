#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Finds secrets by the tables of secret_shapes.h and secret_names.h. Pure functions, for bytes of
// any kind; the time is linear in the text.

namespace roar::plumbing {

// Bytes [begin, end) of the text.
struct FoundSecret {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view kind;  // from the tables: lives as long as the program

  bool operator==(const FoundSecret&) const = default;
};

enum class SecretContext : std::uint8_t {
  Path,  // of a file: tokens alone
  File,  // code or a patch: names count only where they can be nothing else
  Text,  // a shell command, a message, a value: everything
};

// In order, without overlap.
std::vector<FoundSecret> find_secrets(std::string_view text, SecretContext context);

// The kind of the first secret in a file's text; nullopt if there is none.
std::optional<std::string_view> find_secret(std::string_view text);

struct FoundArgument {
  std::size_t index = 0;
  FoundSecret secret;
};
// Secrets in a command's arguments: in each, and in values that follow an option. Sorted.
std::vector<FoundArgument> find_argument_secrets(std::span<const std::string> argv);

// The kind of secret that a variable of this name holds if it has this value; nullopt if none. What
// lies inside the value is for find_secrets to find.
std::optional<std::string_view> variable_kind(std::string_view name, std::string_view value);

}  // namespace roar::plumbing
