#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plumbing/find_secrets.h"
#include "plumbing/workspace.h"

// Redaction: secrets never reach the disk. Each is replaced by a placeholder that names its kind
// and has a fingerprint, "<redacted:github-token:1a2b3c4d>". Equal secrets have equal placeholders
// within a project, so a step is recognised by its arguments; the fingerprint is keyed, so nobody
// can try guesses against a record without the project's key.

namespace roar::plumbing {

// A secret that an argument held.
struct Withheld {
  std::size_t index = 0;  // of the argument
  std::string kind;
  std::string placeholder;  // as it stands in the argument

  bool operator==(const Withheld&) const = default;
};

struct RedactedArgv {
  std::vector<std::string> argv;
  std::vector<Withheld> withheld;  // in order
};

// Replaces secrets. The key is read, or made, when the first secret is found: most commands have
// none. Where it can be neither read nor stored, a key for this object alone is used: then equal
// secrets of different jobs have different placeholders. Not for use by several threads at once.
class Redactor {
 public:
  explicit Redactor(const Workspace& workspace)
      : key_file_(workspace.roar_directory() / "redaction.key") {}
  // With this key of 32 bytes.
  explicit Redactor(std::string key) : key_(std::move(key)) {}

  RedactedArgv redact_argv(std::span<const std::string> argv);
  std::string redact_text(std::string_view text);
  // A file's path: tokens alone, so that paths stay what they are.
  std::string redact_path(std::string path);
  std::string redact_variable(std::string_view name, std::string_view value);

  // What stands for this secret.
  std::string placeholder(std::string_view kind, std::string_view secret);

 private:
  std::string replaced(std::string_view text, std::span<const FoundSecret> secrets);
  const std::string& key();

  std::filesystem::path key_file_;
  std::string key_;  // empty: not there yet
};

// The placeholders in a recorded job's arguments, in order; one that stands in several arguments
// comes once for each.
std::vector<Withheld> withheld_in(std::span<const std::string> argv);

// `argument` with secrets in the place of placeholders.
std::string with_secrets(std::string_view argument,
                         std::span<const std::pair<std::string, std::string>> secrets);

}  // namespace roar::plumbing
