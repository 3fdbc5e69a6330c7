#include "tracer/path_table.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace roar::tracer {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;
constexpr std::size_t kFirstSlots = 1024;  // a power of two

}  // namespace

PathTable::PathTable() : entries_{{"", 0, 0}}, slots_(kFirstSlots, kNoPath) {}

const char* PathTable::stored(std::string_view path) {
  if (path.size() > chunk_left_) {
    const std::size_t bytes = std::max(kChunkBytes, path.size());
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
    chunk_next_ = chunks_.back().get();
    chunk_left_ = bytes;
  }
  char* place = chunk_next_;
  std::memcpy(place, path.data(), path.size());
  chunk_next_ += path.size();
  chunk_left_ -= path.size();
  return place;
}

void PathTable::grow() {
  std::vector<PathId> slots(slots_.size() * 2, kNoPath);
  for (PathId id = 1; id < entries_.size(); ++id) {
    std::size_t slot = entries_[id].hash & (slots.size() - 1);
    while (slots[slot] != kNoPath) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = id;
  }
  slots_ = std::move(slots);
}

PathId PathTable::intern(std::string_view path) {
  if (path.empty()) return kNoPath;
  const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(path));
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != kNoPath; slot = (slot + 1) & (slots_.size() - 1)) {
    const PathId id = slots_[slot];
    if (entries_[id].hash == hash && at(id) == path) return id;
  }
  const auto id = static_cast<PathId>(entries_.size());
  entries_.push_back({stored(path), static_cast<std::uint32_t>(path.size()), hash});
  slots_[slot] = id;
  if (entries_.size() * 2 > slots_.size()) grow();
  return id;
}

namespace {

// Calls `visit` with each component of the path that is not empty and not ".".
template <typename Visit>
void for_each_component(std::string_view path, const Visit& visit) {
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, slash);
    if (!component.empty() && component != ".") visit(component);
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
}

}  // namespace

std::string joined_path(std::string_view directory, std::string_view path) {
  std::string joined;
  joined.reserve(directory.size() + path.size() + 2);
  const auto append = [&](std::string_view component) { (joined += '/') += component; };
  if (!path.starts_with('/')) for_each_component(directory, append);
  for_each_component(path, append);
  if (joined.empty()) joined = "/";
  return joined;
}

std::string lexically_normal(std::string_view absolute) {
  std::string normal;
  normal.reserve(absolute.size() + 1);
  for_each_component(absolute, [&](std::string_view component) {
    if (component == "..") {
      normal.resize(std::min(normal.rfind('/'), normal.size()));
    } else {
      (normal += '/') += component;
    }
  });
  if (normal.empty()) normal = "/";
  return normal;
}

}  // namespace roar::tracer
