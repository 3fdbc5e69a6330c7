#include "plumbing/filters.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "objects/base/error.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kIgnored = "filters.ignore_paths";
constexpr std::string_view kRules = "filters.rules";

// Where the list stands that is in force.
ConfigFile file_of(const ConfigSetting& list) {
  switch (list.origin) {
    case ConfigOrigin::User:
      return ConfigFile::User;
    case ConfigOrigin::Local:
      return ConfigFile::Local;
    case ConfigOrigin::Environment:
      throw Error(Errc::Conflict, "'" + list.key + "' is set by the variable " + list.where +
                                      ", which no file can change");
    case ConfigOrigin::Default:
    case ConfigOrigin::Committed:
      return ConfigFile::Project;
  }
  return ConfigFile::Project;
}

void write_list(const std::filesystem::path& root, std::optional<ConfigFile> file,
                const ConfigSetting& list, const std::vector<std::string>& items,
                EditedRules& edited) {
  const ConfigFile target = file.value_or(file_of(list));
  // An empty list is only worth keeping where it hides another file's.
  const bool gone = items.empty() && unset_config(root, target, list.key) &&
                    load_config(root).list(list.key).empty();
  if (!gone) set_config(root, target, list.key, items);
  edited.files.push_back(config_file(root, target));
}

std::string pattern_of(const std::string& item, bool is_rule) {
  return is_rule ? parse_user_rule(item)->pattern : item;
}

}  // namespace

EditedRules add_rules(const std::filesystem::path& root, std::optional<ConfigFile> file,
                      const RuleList& list, const std::vector<std::string>& patterns) {
  const Config config = load_config(root);
  const ConfigSetting& setting = config.setting(list.ignore ? kIgnored : kRules);
  auto items = std::get<std::vector<std::string>>(setting.value);
  EditedRules edited;
  for (const std::string& pattern : patterns) {
    if (pattern.empty()) throw Error(Errc::Usage, "a pattern must not be empty");
    const std::string item =
        list.ignore ? pattern : std::string(class_name(list.path_class)) + " " + pattern;
    if (std::ranges::find(items, item) != items.end()) continue;
    items.push_back(item);
    edited.changed.push_back(pattern);
  }
  if (!edited.changed.empty()) write_list(root, file, setting, items, edited);
  return edited;
}

EditedRules remove_rules(const std::filesystem::path& root, std::optional<ConfigFile> file,
                         const std::vector<std::string>& patterns) {
  const Config config = load_config(root);
  EditedRules edited;
  for (const std::string_view key : {kRules, kIgnored}) {
    const ConfigSetting& setting = config.setting(key);
    auto items = std::get<std::vector<std::string>>(setting.value);
    const auto removed = std::erase_if(items, [&](const std::string& item) {
      const std::string pattern = pattern_of(item, key == kRules);
      const bool wanted = std::ranges::find(patterns, pattern) != patterns.end();
      if (wanted) edited.changed.push_back(pattern);
      return wanted;
    });
    if (removed > 0) write_list(root, file, setting, items, edited);
  }
  return edited;
}

ExplainedPath explain_path(const Workspace& workspace, const Classifier& classifier,
                           std::string_view path) {
  const std::filesystem::path absolute = workspace.directory / path;
  std::error_code error;
  std::filesystem::path real = std::filesystem::weakly_canonical(absolute, error);
  if (error) real = absolute.lexically_normal();
  struct stat status {};
  ExplainedPath explained;
  explained.path = stored_path(workspace, real.native());
  explained.exists = ::stat(real.c_str(), &status) == 0;
  tracer::FileAccess access;
  access.path = real.native();
  access.mode = explained.exists ? status.st_mode : 0;
  access.kind = tracer::AccessKind::Input;
  explained.input = classifier.classify(access);
  access.kind = tracer::AccessKind::Output;
  explained.output = classifier.classify(access);
  return explained;
}

}  // namespace roar::plumbing
