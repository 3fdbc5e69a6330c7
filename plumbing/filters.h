#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/path_class.h"
#include "plumbing/classify.h"
#include "plumbing/config.h"
#include "plumbing/workspace.h"

// The user's rules for paths as settings, and what they come to.

namespace roar::plumbing {

// Which list a pattern is for.
struct RuleList {
  bool ignore = true;                      // filters.ignore_paths
  PathClass path_class = PathClass::Data;  // else filters.rules, with this class
};

struct EditedRules {
  std::vector<std::string> changed;          // patterns that were added, or removed
  std::vector<std::filesystem::path> files;  // that were written
};

// Adds patterns that are not there, at the end of the list, in `file`; without it, in the file that
// the list stands in now, or else in roar.toml. Lists are not joined over files, so the file gets
// all of the list. Throws Errc::Conflict if the list comes from the environment.
EditedRules add_rules(const std::filesystem::path& root, std::optional<ConfigFile> file,
                      const RuleList& list, const std::vector<std::string>& patterns);
// Removes patterns, of whatever class, from both lists.
EditedRules remove_rules(const std::filesystem::path& root, std::optional<ConfigFile> file,
                         const std::vector<std::string>& patterns);

// How a path counts when it is read, and when it is written.
struct ExplainedPath {
  std::string path;  // stored form
  bool exists = false;
  Classification input;
  Classification output;
};
// `path` is relative to the current directory. The classifier must outlive the result.
ExplainedPath explain_path(const Workspace& workspace, const Classifier& classifier,
                           std::string_view path);

}  // namespace roar::plumbing
