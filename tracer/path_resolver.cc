#include "tracer/path_resolver.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

namespace roar::tracer {
namespace {

constexpr int kMostLinks = 40;  // as the kernel's own limit

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : path.substr(0, slash);
}

std::string_view last_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string child_of(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (path != "/") path += '/';
  return path += name;
}

std::string target_of(const std::string& link) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t length = ::readlink(link.c_str(), buffer.data(), buffer.size());
  return length <= 0 ? std::string() : std::string(buffer.data(), static_cast<std::size_t>(length));
}

}  // namespace

const std::string& PathResolver::directory(std::string_view absolute, int depth) {
  if (const auto found = directories_.find(absolute); found != directories_.end())
    return found->second;
  std::string resolved = "/";
  if (absolute != "/" && !absolute.empty()) {
    const std::string_view name = last_of(absolute);
    const std::string& parent = directory(parent_of(absolute), depth);
    if (name == "..") {
      resolved = parent_of(parent);
    } else {
      resolved = child_of(parent, name);
      struct ::stat status {};
      if (depth < kMostLinks && ::lstat(resolved.c_str(), &status) == 0 && S_ISLNK(status.st_mode))
        resolved = directory(joined_path(parent, target_of(resolved)), depth + 1);
    }
  }
  return directories_.emplace(absolute, std::move(resolved)).first->second;
}

PathResolver::Resolved PathResolver::resolve(std::string_view absolute, bool follow, int depth) {
  Resolved resolved;
  const std::string_view name = last_of(absolute);
  resolved.path = name.empty() || name == ".."
                      ? directory(absolute, depth)
                      : child_of(directory(parent_of(absolute), depth), name);
  resolved.exists = ::lstat(resolved.path.c_str(), &resolved.status) == 0;
  if (resolved.exists && follow && S_ISLNK(resolved.status.st_mode) && depth < kMostLinks)
    return resolve(joined_path(parent_of(resolved.path), target_of(resolved.path)), true,
                   depth + 1);
  return resolved;
}

PathResolver::Resolved PathResolver::resolve(std::string_view absolute, bool follow) {
  return resolve(absolute, follow, 0);
}

std::string PathResolver::name_of(std::string_view absolute) {
  const std::string_view name = last_of(absolute);
  if (name.empty() || name == "..") return directory(absolute, 0);
  return child_of(directory(parent_of(absolute), 0), name);
}

void DirectoryMoves::add(std::string from, std::string to) {
  by_from_[from].push_back(epoch());
  moves_.push_back({std::move(from), std::move(to), false});
}

void DirectoryMoves::add_exchange(const std::string& one, const std::string& other) {
  add(one, other);
  moves_.back().swaps_with_next = true;
  add(other, one);
}

std::string DirectoryMoves::current(std::string_view path, std::uint32_t epoch) const {
  std::string name(path);
  while (epoch < moves_.size()) {
    std::uint32_t next = this->epoch();
    for (std::string_view prefix = name; prefix.size() > 1; prefix = parent_of(prefix)) {
      const auto found = by_from_.find(prefix);
      if (found == by_from_.end()) continue;
      const auto move = std::lower_bound(found->second.begin(), found->second.end(), epoch);
      if (move != found->second.end()) next = std::min(next, *move);
    }
    if (next >= moves_.size()) break;
    name.replace(0, moves_[next].from.size(), moves_[next].to);
    epoch = next + (moves_[next].swaps_with_next ? 2 : 1);
  }
  return name;
}

}  // namespace roar::tracer
