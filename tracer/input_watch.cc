#include "tracer/input_watch.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

namespace roar::tracer {

using wire::Kind;

std::vector<LargeInput> InputWatch::look() {
  std::vector<LargeInput> found;
  const std::uint64_t before = offset_;
  offset_ = log_.follow(offset_, stuck_, [&](const Fact& fact) { consider(fact, found); });
  stuck_ = offset_ == before;
  return found;
}

void InputWatch::consider(const Fact& fact, std::vector<LargeInput>& found) {
  if (fact.kind != Kind::Open) return follow_processes(fact);
  if (!is_candidate(fact)) return;
  std::string path;
  if (!fact.path.starts_with('/')) {
    const auto directory = directories_.find(fact.pid);
    if (directory == directories_.end() || directory->second.empty()) return;
    path = directory->second + "/";
  }
  path += fact.path;
  found.push_back({std::move(path), stamp_of(fact.stamp)});
}

void InputWatch::follow_processes(const Fact& fact) {
  switch (fact.kind) {
    case Kind::Start: {
      std::string directory(fact.path2);
      const auto parent = directories_.find(fact.parent);
      if (directory.empty() && parent != directories_.end()) directory = parent->second;
      directories_[fact.pid] = std::move(directory);
      return;
    }
    case Kind::Cwd:
      directories_[fact.pid] = fact.path;
      return;
    case Kind::Exit:
      directories_.erase(fact.pid);
      return;
    default:
      return;
  }
}

// What is also written would change under the reader's hands, and is secured before.
bool InputWatch::is_candidate(const Fact& fact) noexcept {
  return (fact.open_flags & (O_ACCMODE | O_TRUNC)) == O_RDONLY && fact.has(wire::kHasStamp) &&
         S_ISREG(fact.stamp.mode) && fact.stamp.size >= kLargeInput &&
         !fact.path.starts_with("/proc/") && !fact.path.starts_with("/sys/") &&
         !versions_.is_own(fact.stamp.device, fact.stamp.inode) && !is_known(fact.stamp);
}

bool InputWatch::is_known(const wire::Stamp& stamp) noexcept {
  std::uint64_t hash = stamp.inode;
  for (const std::uint64_t part :
       {stamp.device, static_cast<std::uint64_t>(stamp.changed_s), std::uint64_t{stamp.changed_ns}})
    hash = (hash ^ part) * 0x9e37'79b9'7f4a'7c15U + (hash >> 29);
  std::uint64_t& place = known_[hash % known_.size()];
  if (place == hash) return true;
  place = hash;
  return false;
}

}  // namespace roar::tracer
