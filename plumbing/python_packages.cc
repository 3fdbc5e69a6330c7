#include "plumbing/python_packages.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <unordered_set>

#include "objects/base/file.h"
#include "objects/base/lines.h"

namespace roar::plumbing {
namespace {

// Modules that were loaded from one site directory: paths relative to it, with compiled modules
// under the name of their source ("a/__pycache__/b.cpython-311.pyc" is "a/b.py").
using Modules = std::unordered_set<std::string>;

bool is_module(std::string_view path) {
  return path.ends_with(".py") || path.ends_with(".pyc") || path.ends_with(".so") ||
         path.find(".so.") != std::string_view::npos;
}

std::string source_of(std::string_view module) {
  constexpr std::string_view kCache = "__pycache__/";
  const std::size_t cache = module.rfind(kCache);
  if (cache == std::string_view::npos || !module.ends_with(".pyc")) return std::string(module);
  const std::string_view name = module.substr(cache + kCache.size());
  return std::string(module.substr(0, cache)) + std::string(name.substr(0, name.find('.'))) + ".py";
}

std::map<std::string, Modules> modules_by_site(std::span<const std::string> files) {
  std::map<std::string, Modules> sites;
  for (const std::string& file : files) {
    if (!is_module(file)) continue;
    for (const std::string_view site : {"/site-packages/", "/dist-packages/"}) {
      const std::size_t at = file.rfind(site);
      if (at == std::string::npos) continue;
      const std::size_t end = at + site.size();
      sites[file.substr(0, end - 1)].insert(source_of(std::string_view(file).substr(end)));
      break;
    }
  }
  return sites;
}

// First components, without the extension of a top-level module.
std::set<std::string, std::less<>> top_levels(const Modules& modules) {
  std::set<std::string, std::less<>> names;
  for (const std::string& module : modules) {
    const std::size_t slash = module.find('/');
    names.insert(module.substr(0, slash != std::string::npos ? slash : module.find('.')));
  }
  return names;
}

// RECORD: "path,hash,size" a line; a path with a comma in it is quoted, which modules are not.
bool record_names_one_of(std::string_view record, const Modules& modules) {
  bool found = false;
  for_each_line(record, [&](std::string_view line) {
    const std::string_view path = line.substr(0, line.find(','));
    found = is_module(path) && modules.contains(source_of(path));
    return !found;
  });
  return found;
}

bool top_level_names_one_of(std::string_view text,
                            const std::set<std::string, std::less<>>& names) {
  bool found = false;
  for_each_line(text, [&](std::string_view line) {
    found = !line.empty() && names.contains(line.substr(0, line.find('/')));
    return !found;
  });
  return found;
}

Package package_from(std::string_view metadata) {
  Package package{.manager = "pip", .name = {}, .version = {}};
  for_each_line(metadata, [&](std::string_view line) {
    constexpr std::string_view kName = "Name: ";
    constexpr std::string_view kVersion = "Version: ";
    if (line.starts_with(kName)) package.name = line.substr(kName.size());
    if (line.starts_with(kVersion)) package.version = line.substr(kVersion.size());
    return !line.empty();  // the headers end with an empty line
  });
  return package;
}

// One distribution's metadata: a directory, or for old installations one file.
struct Metadata {
  std::string headers;    // METADATA or PKG-INFO
  std::string record;     // RECORD
  std::string top_level;  // top_level.txt
};

Metadata metadata_at(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    return {.headers = readable_content(path), .record = {}, .top_level = {}};
  }
  const bool dist_info = path.extension() == ".dist-info";
  return {.headers = readable_content(path / (dist_info ? "METADATA" : "PKG-INFO")),
          .record = dist_info ? readable_content(path / "RECORD") : std::string(),
          .top_level = readable_content(path / "top_level.txt")};
}

// Distributions without a list of their modules are taken to have one of their own name.
bool is_loaded(const Metadata& metadata, const Package& package, const Modules& modules,
               const std::set<std::string, std::less<>>& names) {
  if (!metadata.record.empty()) return record_names_one_of(metadata.record, modules);
  if (!metadata.top_level.empty()) return top_level_names_one_of(metadata.top_level, names);
  std::string module = package.name;
  std::ranges::replace(module, '-', '_');
  return names.contains(module);
}

}  // namespace

std::vector<Package> python_packages(std::span<const std::string> files) {
  std::set<Package> packages;
  for (const auto& [site, modules] : modules_by_site(files)) {
    const auto names = top_levels(modules);
    std::error_code error;
    for (std::filesystem::directory_iterator entry(site, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::filesystem::path extension = entry->path().extension();
      if (extension != ".dist-info" && extension != ".egg-info") continue;
      const Metadata metadata = metadata_at(entry->path());
      Package package = package_from(metadata.headers);
      if (!package.name.empty() && is_loaded(metadata, package, modules, names)) {
        packages.insert(std::move(package));
      }
    }
  }
  return {packages.begin(), packages.end()};
}

}  // namespace roar::plumbing
