#include "plumbing/debian_packages.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "objects/base/file.h"
#include "objects/base/file_stamp.h"
#include "objects/base/lines.h"
#include "objects/cache.h"

namespace roar::plumbing {
namespace {

// Path as wanted -> owner "name version", empty while nobody is known to own it.
using Owners = std::unordered_map<std::string, std::string>;

// Debian moved /bin, /lib and /sbin below /usr, but many packages still list the old names, and
// some list the new ones for files that are looked up by the old.
std::string other_spelling(const std::string& path) {
  constexpr std::string_view kUsr = "/usr";
  if (path.starts_with("/usr/")) return path.substr(kUsr.size());
  return std::string(kUsr) + path;
}

// dpkg's status file: paragraphs with "Package:", "Architecture:" and "Version:".
std::unordered_map<std::string, std::string> versions_in(std::string_view status) {
  std::unordered_map<std::string, std::string> versions;
  std::string name;
  for_each_line(status, [&](std::string_view line) {
    constexpr std::string_view kPackage = "Package: ";
    constexpr std::string_view kVersion = "Version: ";
    if (line.starts_with(kPackage)) name = line.substr(kPackage.size());
    if (line.starts_with(kVersion)) versions[name] = line.substr(kVersion.size());
    return true;
  });
  return versions;
}

// Looks the paths up in every package's file list.
void find_owners(const std::filesystem::path& administration, Owners& owners) {
  std::unordered_map<std::string, std::string> wanted;  // any spelling -> as asked for
  for (const auto& [path, owner] : owners) {
    wanted.emplace(path, path);
    wanted.emplace(other_spelling(path), path);
  }
  const auto versions = versions_in(readable_content(administration / "status"));
  std::error_code error;
  for (std::filesystem::directory_iterator entry(administration / "info", error), end;
       !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".list") continue;
    std::string name = entry->path().stem().string();
    name = name.substr(0, name.find(':'));  // "libc6:amd64"
    const auto version = versions.find(name);
    const std::string owner =
        name + " " + (version != versions.end() ? version->second : std::string());
    std::string line_text;
    for_each_line(readable_content(entry->path()), [&](std::string_view line) {
      line_text.assign(line);
      const auto match = wanted.find(line_text);
      if (match != wanted.end()) owners[match->second] = owner;
      return true;
    });
  }
}

// Names under which the cache keeps answers: they hold the database's stamp, so a change of the
// database makes all of them miss.
std::optional<std::string> cache_prefix(const std::filesystem::path& administration) {
  struct stat status {};
  if (::stat((administration / "status").c_str(), &status) != 0) return std::nullopt;
  const FileStamp stamp = stamp_of(status);
  return "dpkg:" + std::to_string(stamp.inode) + "." + std::to_string(stamp.size) + "." +
         std::to_string(stamp.changed.seconds) + "." + std::to_string(stamp.changed.nanoseconds) +
         ":";
}

}  // namespace

std::vector<Package> debian_packages(std::span<const std::string> files, Cache& cache,
                                     const std::filesystem::path& administration) {
  const auto prefix = cache_prefix(administration);
  if (!prefix || files.empty()) return {};
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const std::string& file : files) names.push_back(*prefix + file);
  const auto cached = cache.values(names);

  std::set<std::string> owners;
  Owners unknown;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (cached[i]) {
      owners.insert(*cached[i]);
    } else {
      unknown.emplace(files[i], std::string());
    }
  }
  if (!unknown.empty()) {
    find_owners(administration, unknown);
    std::vector<std::pair<std::string, std::string>> answers;
    for (const auto& [path, owner] : unknown) {
      answers.emplace_back(*prefix + path, owner);
      owners.insert(owner);
    }
    cache.put_values(answers);
  }
  std::vector<Package> packages;
  for (const std::string& owner : owners) {
    const std::size_t space = owner.find(' ');
    if (space == std::string::npos) continue;
    packages.push_back(
        {.manager = "dpkg", .name = owner.substr(0, space), .version = owner.substr(space + 1)});
  }
  return packages;
}

}  // namespace roar::plumbing
