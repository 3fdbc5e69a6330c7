#include "plumbing/config_keys.h"

#include <algorithm>
#include <array>

#include "objects/base/error.h"
#include "objects/store.h"
#include "plumbing/quantity.h"
#include "plumbing/suggest.h"
#include "plumbing/user_rules.h"

namespace roar::plumbing {
namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::string_view, 4> kAlgorithms{"blake3", "md5", "sha256", "sha512"};
constexpr std::array<std::string_view, 3> kDirty{"refuse", "record", "ignore"};
constexpr std::array<std::string_view, 3> kSeverities{"error", "warn", "ignore"};
constexpr std::array<std::string_view, 4> kVerbosity{"quiet", "normal", "verbose", "debug"};
constexpr std::array<std::string_view, 3> kTracers{"auto", "preload", "ptrace"};

bool is_patch_limit(std::string_view text) {
  return parse_size(text).value_or(kObjectSizeMax + 1) <= kObjectSizeMax;
}

bool is_size(std::string_view text) {
  return parse_size(text).has_value();
}

bool is_duration(std::string_view text) {
  return parse_duration(text).has_value();
}

// roar-config(5) has the same words; tests/cli/t0005-config.sh compares.
constexpr std::array kKeys{
    ConfigKey{"alias.<name>",
              [] { return ConfigValue(""); },
              {},
              "A command of your own: the words that stand for it. See roar-alias(7).",
              true},
    ConfigKey{"core.hooks_path",
              [] { return ConfigValue(".roar/hooks"); },
              {},
              "The directory of the project's hooks. A relative path begins at the project's root. "
              "See roar-hook(1).",
              true},
    ConfigKey{"core.hooks_timeout",
              [] { return ConfigValue("30s"); },
              {},
              "How long a hook may take. Then it is killed, and what it could have forbidden is "
              "forbidden.",
              false,
              "a time, such as 500ms, 10s or 2min",
              is_duration},
    ConfigKey{"filters.ignore_paths",
              [] { return ConfigValue(Words()); },
              {},
              "Path patterns. Files that match are left out of a job's inputs and outputs, and "
              "only counted. See roar-filter(1) for patterns."},
    ConfigKey{
        "filters.rules",
        [] { return ConfigValue(Words()); },
        {},
        "Rules that give files another class, in order: each is a class (data, code, package, "
        "system, cache, temporary or credential; or ignore, for none) and a path pattern. "
        "They go before filters.ignore_paths and before the built-in table. See "
        "roar-filter(1)."},
    ConfigKey{
        "fsck.<message>", [] { return ConfigValue("error"); }, kSeverities,
        "How a sort of finding of roar fsck counts: as an error, as a warning, which does not "
        "change the exit status, or not at all. See roar-fsck(1) for the sorts.",
        true},
    ConfigKey{"git.dirty", [] { return ConfigValue("refuse"); }, kDirty,
              "What roar run and roar build do if the git tree differs from its commit: refuse to "
              "start, record the difference with the job (a patch, and untracked code that the run "
              "read: see roar-run(1)), or ignore it and record only that there was one."},
    ConfigKey{"git.dirty_locked",
              [] { return ConfigValue(false); },
              {},
              "If a committed file sets this to true, neither an option nor a variable nor the "
              "local file can loosen git.dirty; they may be stricter."},
    ConfigKey{"git.patch_limit",
              [] { return ConfigValue("16MiB"); },
              {},
              "How large the patch of a dirty tree may be, and as much again for untracked code. "
              "Files that do not fit are named, not kept.",
              false,
              "a size up to 16MiB",
              is_patch_limit},
    ConfigKey{"git.timeout",
              [] { return ConfigValue("10s"); },
              {},
              "How long git may take to say whether the tree is clean. After that git is stopped. "
              "Then the run is refused, or, where a dirty tree would be let through, recorded with "
              "the state unknown; code that it read is compared with the commit all the same.",
              false,
              "a time, such as 10s or 500ms",
              is_duration},
    ConfigKey{
        "hash.early",
        [] { return ConfigValue(true); },
        {},
        "Whether large inputs are hashed while the command runs, in time that the machine has "
        "left, so that less is left to do at the end. See roar-run(1)."},
    ConfigKey{"hash.get", [] { return ConfigValue(Words{"sha256"}); }, kAlgorithms,
              "Further digests of what is fetched."},
    ConfigKey{"hash.primary", [] { return ConfigValue("blake3"); }, kAlgorithms,
              "The algorithm whose digest is shown first. BLAKE3 is computed all the same: it is "
              "what identifies an artifact (see roar-hashes(7))."},
    ConfigKey{"hash.put", [] { return ConfigValue(Words()); }, kAlgorithms,
              "Further digests of what is published."},
    ConfigKey{"hash.run", [] { return ConfigValue(Words()); }, kAlgorithms,
              "Further digests of what a job writes."},
    ConfigKey{"hash.unpacked",
              [] { return ConfigValue(false); },
              {},
              "Whether compressed files and archives that a job writes are also read unpacked, and "
              "the digest of what is in them is recorded, so that roar-diff(1) can tell another "
              "content from the same one packed again. See roar-hashes(7)."},
    ConfigKey{"hints.enabled",
              [] { return ConfigValue(true); },
              {},
              "Whether hints are printed: what to do next, after a result or an error."},
    ConfigKey{
        "output.pager",
        [] { return ConfigValue(""); },
        {},
        "The command that answers are shown through on a terminal; the shell runs it. "
        "ROAR_PAGER takes precedence over it, and it over PAGER. If it is empty, that is less; "
        "cat is for none.",
        true},
    ConfigKey{"output.verbosity", [] { return ConfigValue("normal"); }, kVerbosity,
              "How much is reported after a run. The options -q, -v and -vv of roar-run(1) say the "
              "same for one run."},
    ConfigKey{"tags.custom_kinds",
              [] { return ConfigValue(Words()); },
              {},
              "Further kinds of tags. See roar-tag(1)."},
    ConfigKey{"tracer.default", [] { return ConfigValue("auto"); }, kTracers,
              "How commands are observed. The default takes preload where it works; programs that "
              "it cannot enter are handed over, see roar-run(1)."},
    ConfigKey{"tracer.preimage_limit",
              [] { return ConfigValue("64MiB"); },
              {},
              "How large a file may be to be hashed before the job overwrites it, while the job "
              "waits: a job that reads a file and then changes it in place has the old version as "
              "an input. With 0, no job waits. See roar-run(1).",
              false,
              "a size, such as 64MiB",
              is_size},
    ConfigKey{"tracer.strict",
              [] { return ConfigValue(false); },
              {},
              "Whether every command is listened to besides, as with --strict of roar-run(1)."},
};
static_assert(std::ranges::is_sorted(kKeys, {}, &ConfigKey::name));

// Keys of the public roar; one that ends in a dot stands for its whole section.
constexpr std::array<std::string_view, 28> kForeignKeys{
    "analyzers.",
    "cleanup.",
    "composites.",
    "env.",
    "filters.ignore_library_caches",
    "filters.ignore_package_reads",
    "filters.ignore_system_reads",
    "filters.ignore_tmp_files",
    "filters.ignore_torch_cache",
    "git.push_tags_on_register",
    "git.remote",
    "glaas.",
    "k8s.",
    "logging.",
    "osmo.",
    "output.quiet",
    "output.track_repo_files",
    "proxy.",
    "ray.",
    "registration.",
    "reversible.",
    "runtime.",
    "scope.",
    "tags.",
    "telemetry.",
    "tracer.banner",
    "tracer.fallback_enabled",
    "treqs.",
};

std::string one_of(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

// Whether a name is the prefix and a word that needs no quotes in TOML nor on a command line.
bool is_of_family(std::string_view name, std::string_view prefix) noexcept {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  if (!name.starts_with(prefix) || name.size() == prefix.size()) return false;
  const std::string_view word = name.substr(prefix.size());
  return word.front() != '-' && word.find_first_not_of(kLetters) == std::string_view::npos;
}

char upper_case(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

char lower_case(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::span<const ConfigKey> config_keys() noexcept {
  return kKeys;
}

const ConfigKey* find_config_key(std::string_view name) noexcept {
  const auto* row = std::ranges::lower_bound(kKeys, name, {}, &ConfigKey::name);
  if (row != kKeys.end() && row->name == name && !row->is_family()) return row;
  const auto* family = std::ranges::find_if(kKeys, [&](const ConfigKey& key) {
    return key.is_family() && is_of_family(name, key.name.substr(0, key.name.find('<')));
  });
  return family != kKeys.end() ? family : nullptr;
}

bool is_foreign_config_key(std::string_view name) noexcept {
  return std::ranges::any_of(kForeignKeys, [&](std::string_view entry) {
    return entry.ends_with('.') ? name.starts_with(entry) : name == entry;
  });
}

std::string variable_of(std::string_view key) {
  std::string name = "ROAR_";
  for (const char c : key) {
    if (c == '.') {
      name += "__";
    } else {
      name += upper_case(c);
    }
  }
  return name;
}

std::optional<std::string> key_of_variable(std::string_view name) {
  constexpr std::string_view kPrefix = "ROAR_";
  const std::size_t dot = name.find("__", kPrefix.size());
  if (!name.starts_with(kPrefix) || dot == std::string_view::npos || dot == kPrefix.size() ||
      dot + 2 == name.size()) {
    return std::nullopt;
  }
  std::string key;
  for (const char c : name.substr(kPrefix.size())) key += lower_case(c);
  for (std::size_t at = key.find("__"); at != std::string::npos; at = key.find("__", at + 1)) {
    key.replace(at, 2, ".");
  }
  return key;
}

std::string description_of(const ConfigKey& key) {
  const ConfigValue value = key.default_value();
  const std::string text = to_text(value);
  std::string description = std::string(key.description) + " It is " + allowed_text(key);
  if (!key.is_family()) description += "; default: " + (text.empty() ? "empty" : text);
  description += ".";
  if (key.personal) description += " Not taken from committed files.";
  return description;
}

std::string allowed_text(const ConfigKey& key) {
  const ConfigValue value = key.default_value();
  if (std::holds_alternative<bool>(value)) return "true or false";
  if (!key.form.empty()) return std::string(key.form);
  const std::string words = one_of(key.allowed);
  if (std::holds_alternative<std::string>(value)) return words.empty() ? "a string" : words;
  return words.empty() ? "a list of strings" : "a list of " + words;
}

void check_config_value(const ConfigKey& key, std::string_view name, const ConfigValue& value,
                        std::string_view where) {
  const auto is_allowed = [&](const std::string& word) {
    return key.allowed.empty() || std::ranges::count(key.allowed, word) != 0;
  };
  bool good = value.index() == key.default_value().index();
  if (const auto* word = std::get_if<std::string>(&value)) {
    good = good && is_allowed(*word) && (key.has_form == nullptr || key.has_form(*word));
  }
  if (const auto* words = std::get_if<Words>(&value)) {
    good = good && std::ranges::all_of(*words, is_allowed);
  }
  if (good && key.name == "filters.rules") {
    for (const std::string& rule : std::get<Words>(value)) {
      if (parse_user_rule(rule)) continue;
      throw Error(Errc::Usage, std::string(where) + ": '" + std::string(name) +
                                   "' is a list of rules, each a class and a pattern, not '" +
                                   rule + "'");
    }
  }
  if (!good) {
    throw Error(Errc::Usage, std::string(where) + ": '" + std::string(name) + "' is " +
                                 allowed_text(key) + ", not '" + to_text(value) + "'");
  }
}

}  // namespace roar::plumbing
