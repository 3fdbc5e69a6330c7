#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "objects/base/path_class.h"
#include "tracer/observation.h"

// Which class a path is of: one table, in order, first match wins (tests/unit/tracer checks it
// row by row).

namespace roar::tracer {

// What the classes depend on besides the path.
struct PathContext {
  std::string root;       // project root, absolute
  std::string home;       // the user's home directory; empty if unknown
  std::string temporary;  // TMPDIR; empty if not set
};

enum class RuleScope : std::uint8_t {
  Everywhere,
  OutsideRoot,       // never inside the project, wherever that lies
  OutsideRootInput,  // the same, and only for what the job read
  Home,              // pattern is relative to the home directory
};

enum class RuleMatch : std::uint8_t {
  Component,  // a whole component, or several joined by '/', anywhere in the path
  Name,       // the last component
  Prefix,     // of the path (of the path below the home directory for RuleScope::Home)
  Suffix,     // of the last component
};

struct PathRule {
  PathClass path_class;
  RuleScope scope;
  RuleMatch match;
  std::string_view pattern;
};

std::span<const PathRule> path_rules() noexcept;

struct ClassifiedPath {
  PathClass path_class = PathClass::Data;
  const PathRule* rule = nullptr;  // null if no row matched: data
};

// `path` is absolute and normal.
ClassifiedPath classify_path(std::string_view path, AccessKind kind, const PathContext& context);

// Whether a file that the table leaves as data is code after all because of its first line: "#!".
// Unreadable files are not.
bool has_shebang(const std::string& path) noexcept;

}  // namespace roar::tracer
