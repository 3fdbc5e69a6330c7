#include "plumbing/config_keys.h"

#include <algorithm>
#include <array>

#include "objects/base/error.h"
#include "plumbing/suggest.h"

namespace roar::plumbing {
namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::string_view, 4> kAlgorithms{"blake3", "md5", "sha256", "sha512"};
constexpr std::array<std::string_view, 3> kDirty{"refuse", "record", "ignore"};
constexpr std::array<std::string_view, 4> kVerbosity{"quiet", "normal", "verbose", "debug"};
constexpr std::array<std::string_view, 3> kTracers{"auto", "preload", "ptrace"};

// roar-config(5) explains them; tests/cli/t0005-config-keys.sh compares.
constexpr std::array kKeys{
    ConfigKey{"filters.ignore_paths",
              [] { return ConfigValue(Words()); },
              {},
              "path patterns that are left out of a job's inputs and outputs"},
    ConfigKey{"git.dirty", [] { return ConfigValue("refuse"); }, kDirty,
              "what to do if the tree differs from its commit"},
    ConfigKey{"git.dirty_locked",
              [] { return ConfigValue(false); },
              {},
              "whether nothing may loosen git.dirty"},
    ConfigKey{"hash.get", [] { return ConfigValue(Words{"sha256"}); }, kAlgorithms,
              "further digests of what is fetched"},
    ConfigKey{"hash.primary", [] { return ConfigValue("blake3"); }, kAlgorithms,
              "the digest that is shown first"},
    ConfigKey{"hash.put", [] { return ConfigValue(Words()); }, kAlgorithms,
              "further digests of what is published"},
    ConfigKey{"hash.run", [] { return ConfigValue(Words()); }, kAlgorithms,
              "further digests of what a job writes"},
    ConfigKey{"hints.enabled", [] { return ConfigValue(true); }, {}, "whether to print hints"},
    ConfigKey{"output.pager",
              [] { return ConfigValue(""); },
              {},
              "the command that answers are shown through on a terminal",
              true},
    ConfigKey{"output.verbosity", [] { return ConfigValue("normal"); }, kVerbosity,
              "how much is reported after a run"},
    ConfigKey{"tracer.default", [] { return ConfigValue("auto"); }, kTracers,
              "how commands are observed"},
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

}  // namespace

std::span<const ConfigKey> config_keys() noexcept {
  return kKeys;
}

const ConfigKey* find_config_key(std::string_view name) noexcept {
  const auto* row = std::ranges::lower_bound(kKeys, name, {}, &ConfigKey::name);
  return row != kKeys.end() && row->name == name ? row : nullptr;
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
      name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return name;
}

std::string allowed_text(const ConfigKey& key) {
  const ConfigValue value = key.default_value();
  if (std::holds_alternative<bool>(value)) return "true or false";
  const std::string words = one_of(key.allowed);
  if (std::holds_alternative<std::string>(value)) return words.empty() ? "a string" : words;
  return words.empty() ? "a list of strings" : "a list of " + words;
}

void check_config_value(const ConfigKey& key, const ConfigValue& value, std::string_view where) {
  const auto is_allowed = [&](const std::string& word) {
    return key.allowed.empty() || std::ranges::count(key.allowed, word) != 0;
  };
  bool good = value.index() == key.default_value().index();
  if (const auto* word = std::get_if<std::string>(&value)) good = good && is_allowed(*word);
  if (const auto* words = std::get_if<Words>(&value)) {
    good = good && std::ranges::all_of(*words, is_allowed);
  }
  if (!good) {
    throw Error(Errc::Usage, std::string(where) + ": '" + std::string(key.name) + "' is " +
                                 allowed_text(key) + ", not '" + to_text(value) + "'");
  }
}

}  // namespace roar::plumbing
