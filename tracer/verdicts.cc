#include "tracer/verdicts.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <numeric>
#include <system_error>
#include <tuple>
#include <utility>

#include "objects/base/reorder.h"

namespace roar::tracer {
namespace {

bool is_pseudo(std::string_view path) {
  const auto below = [&](std::string_view root) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
  };
  return below("/proc") || below("/sys");
}

std::string spelling(std::string_view spelled, const std::string& path) {
  return spelled == path || lexically_normal(spelled) == path ? std::string()
                                                              : std::string(spelled);
}

// That a file was opened says nothing where more is known.
std::uint8_t said(std::uint8_t evidence) noexcept {
  constexpr int kMore = kRead | kMapped;
  return (evidence & kMore) != 0 ? static_cast<std::uint8_t>(evidence & ~kOpen) : evidence;
}

// tmpfs does not move a file's mtime when a mapping of it is stored to.
bool forgets_stores(const std::string& path) noexcept {
  struct ::statfs status {};
  return ::statfs(path.c_str(), &status) == 0 && status.f_type == TMPFS_MAGIC;
}

// Stable.
void sort_by_path(std::vector<FileAccess>& accesses) {
  const auto is_before = [](const FileAccess& a, const FileAccess& b) {
    const int order = a.path.compare(b.path);
    return order != 0 ? order < 0 : a.kind < b.kind;
  };
  if (std::is_sorted(accesses.begin(), accesses.end(), is_before)) return;
  std::vector<std::uint32_t> order(accesses.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return is_before(accesses[a], accesses[b]);
  });
  reorder(accesses, std::move(order));
}

}  // namespace

void Verdicts::reach() {
  walk_moved_directories();
  for (File& file : collector_.files_.files()) {
    if (!file.is(kPerhapsWritten) || file.own()) continue;
    find_places(file);
    settle_writing(file);
  }
  index_befores();
  observation_.accesses.reserve(collector_.files_.files().size());
  for (File& file : collector_.files_.files()) judge(file);
  for (PathId path = 1; path < collector_.path_flags_.size(); ++path) {
    const std::uint8_t flags = collector_.path_flags_[path];
    if ((flags & Collector::kPathAbsent) != 0) add_absent(path);
    if ((flags & Collector::kPathListed) != 0) add_listed(path);
  }
  sort_and_merge();
}

// The files in a directory get other names with it: those too that no fact speaks of.
void Verdicts::walk_moved_directories() {
  const auto& moves = collector_.moves_.moves();
  for (std::uint32_t i = 0; i < moves.size(); ++i) {
    const std::uint32_t after = i + (moves[i].swaps_with_next ? 2 : 1);
    walk_moved_directory(moves[i].from, collector_.moves_.current(moves[i].to, after));
  }
}

void Verdicts::walk_moved_directory(const std::string& old_path, const std::string& new_path) {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator
           entry(new_path, std::filesystem::directory_options::skip_permission_denied, error),
       end;
       !error && entry != end; entry.increment(error)) {
    struct ::stat status {};
    const std::string& name = entry->path().native();
    if (::lstat(name.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    const wire::Stamp stamp = wire_stamp_of(status);
    File& file = collector_.files_.existing(stamp);
    if (file.own()) continue;
    const PathId was = collector_.paths_.intern(old_path + name.substr(new_path.size()));
    collector_.add_input(file, stamp, was, kKept);
    file.set(kRelinked);
    collector_.files_.add_name(file, collector_.paths_.intern(name), collector_.moves_.epoch(),
                               kNameGiven);
  }
}

void Verdicts::index_befores() {
  for (const Collector::PathBefore& before : collector_.befores_) {
    const std::string now =
        collector_.moves_.current(collector_.paths_.at(before.path), before.epoch);
    befores_.try_emplace(collector_.resolver_.resolve(now, true).path, before.stamp);
  }
  collector_.befores_.clear();
}

void Verdicts::find_places(const File& file) {
  places_.clear();
  // A later file may have the inode number, and even the name.
  if (file.is(kGone) || file.is(kSuperseded)) return;
  for (std::uint32_t i = file.first_name; i != kNoName;) {
    const FileName& name = collector_.files_.name(i);
    i = name.next;
    std::string_view spelled = collector_.paths_.at(name.path);
    std::string moved;
    if (name.epoch != collector_.moves_.epoch()) {
      moved = collector_.moves_.current(spelled, name.epoch);
      spelled = moved;
    }
    PathResolver::Resolved found = collector_.resolver_.resolve(spelled, true);
    if (!found.exists || !S_ISREG(found.status.st_mode) ||
        file.identity != FileIdentity{found.status.st_dev, found.status.st_ino})
      continue;
    const auto same = std::find_if(places_.begin(), places_.end(),
                                   [&](const Place& place) { return place.path == found.path; });
    if (same != places_.end()) {
      same->flags = static_cast<std::uint8_t>(same->flags | name.flags);
    } else {
      std::string other = spelling(spelled, found.path);
      places_.push_back({std::move(found.path), std::move(other), name.flags, found.status});
    }
  }
}

// Opened for writing, and nobody saw whether it was written.
void Verdicts::settle_writing(File& file) {
  if (places_.empty()) return;
  const Version now = version_of(places_.front().status);
  const bool relinked = file.is(kRelinked) || file.is(kUnlinked);
  bool written = !now.same_content(file.pristine);
  if (!written && !relinked && now != file.pristine) written = true;  // and its mtime set back
  if (!written && file.is(kMappedStores)) written = forgets_stores(places_.front().path);
  if (!written) return;
  collector_.admit_writing(file);
}

void Verdicts::judge(File& file) {
  find_places(file);
  const bool taken_away = file.is(kGone) || file.is(kSuperseded) || file.is(kUnlinked);
  if (places_.empty() && !taken_away && file.first_name != kNoName) collector_.found_elsewhere();
  if (file.is(kHasInput)) add_input(file);
  if (file.own() || file.is(kRelinked)) add_outputs(file);
}

Users Verdicts::users_of(const File& file, bool writers) {
  auto& users = observation_.users;
  const auto begin = static_cast<std::ptrdiff_t>(users.size());
  for (std::uint32_t i = file.last_user; i != kNoUser; i = collector_.files_.user(i).next) {
    const FileUser& user = collector_.files_.user(i);
    if (user.writes == writers) users.push_back(user.process);
  }
  std::sort(users.begin() + begin, users.end());
  users.erase(std::unique(users.begin() + begin, users.end()), users.end());
  const auto first = static_cast<std::uint32_t>(begin);
  return {.begin = first, .count = static_cast<std::uint32_t>(users.size()) - first};
}

void Verdicts::add_input(const File& file) {
  FileAccess access;
  access.kind = AccessKind::Input;
  const std::string_view spelled = collector_.paths_.at(file.input_path);
  const auto here = std::find_if(places_.begin(), places_.end(), [&](const Place& place) {
    return place.spelled.empty() ? place.path == spelled : place.spelled == spelled;
  });
  access.path =
      here != places_.end() ? here->path : collector_.resolver_.resolve(spelled, true).path;
  if (is_pseudo(access.path)) return;
  access.spelled = spelling(spelled, access.path);
  access.evidence = said(file.evidence);
  access.stamp = stamp_of(file.identity, file.input);
  access.mode = file.mode;
  access.changed = file.is(kChangedByOthers);
  access.readers = users_of(file, false);
  if (!file.is(kWritten)) {
    const auto intact = std::find_if(places_.begin(), places_.end(), [&](const Place& place) {
      return version_of(place.status).same_content(file.input);
    });
    const bool lost_by_job = file.is(kUnlinked) || file.is(kRelinked) ||
                             (collector_.path_flag(file.input_path) & Collector::kPathOwn) != 0;
    if (intact != places_.end()) {
      access.available_at = intact->path;
    } else if (!places_.empty() || !lost_by_job) {
      access.changed = true;
    }
  }
  observation_.accesses.push_back(std::move(access));
}

void Verdicts::add_outputs(const File& file) {
  const bool own = file.own();
  const std::uint8_t wanted = own ? kNameGiven | kNameWritten : kNameGiven;
  bool found = false;
  for (const Place& place : places_) {
    if ((place.flags & wanted) == 0) continue;
    add_output(file, place);
    found = true;
  }
  if (!own || found) return;
  for (const Place& place : places_) add_output(file, place);
  if (places_.empty()) ++observation_.temporaries;
}

void Verdicts::add_output(const File& file, const Place& place) {
  if (is_pseudo(place.path)) return;
  FileAccess access;
  access.kind = AccessKind::Output;
  access.path = place.path;
  access.spelled = place.spelled;
  access.evidence = file.is(kByInheritance) ? kInherited : 0;
  access.writers = users_of(file, true);
  if (!file.is(kHasInput)) access.readers = users_of(file, false);
  access.stamp = roar::stamp_of(place.status);
  access.mode = place.status.st_mode;
  const auto before = befores_.find(place.path);
  // A caller that empties a file for the job's output leaves no version to speak of.
  if (before != befores_.end() && !(file.is(kByInheritance) && before->second.size == 0))
    access.before = before->second;
  observation_.accesses.push_back(std::move(access));
}

void Verdicts::add_absent(PathId path) {
  FileAccess access;
  access.kind = AccessKind::Absent;
  const std::string_view spelled = collector_.paths_.at(path);
  access.path = collector_.resolver_.name_of(spelled);
  if (is_pseudo(access.path)) return;
  access.spelled = spelling(spelled, access.path);
  observation_.accesses.push_back(std::move(access));
}

void Verdicts::add_listed(PathId path) {
  const std::string_view spelled = collector_.paths_.at(path);
  PathResolver::Resolved found = collector_.resolver_.resolve(spelled, true);
  if (!found.exists || !S_ISDIR(found.status.st_mode) || is_pseudo(found.path)) return;
  FileAccess access;
  access.kind = AccessKind::Listed;
  access.path = std::move(found.path);
  access.spelled = spelling(spelled, access.path);
  access.stamp = roar::stamp_of(found.status);
  access.mode = found.status.st_mode;
  observation_.accesses.push_back(std::move(access));
}

Users Verdicts::merged_users(const Users& one, const Users& other) {
  if (one.count == 0) return other;
  if (other.count == 0) return one;
  auto& users = observation_.users;
  std::vector<std::uint32_t> all;
  const auto at = [&](std::uint32_t index) { return users.begin() + index; };
  std::set_union(at(one.begin), at(one.begin + one.count), at(other.begin),
                 at(other.begin + other.count), std::back_inserter(all));
  const auto begin = static_cast<std::uint32_t>(users.size());
  users.insert(users.end(), all.begin(), all.end());
  return {.begin = begin, .count = static_cast<std::uint32_t>(all.size())};
}

void Verdicts::sort_and_merge() {
  auto& accesses = observation_.accesses;
  sort_by_path(accesses);
  // Two files at one path: somebody replaced it between two uses.
  const auto merge = [&](FileAccess& kept, const FileAccess& other) {
    if (kept.kind != other.kind || kept.path != other.path) return false;
    kept.evidence = static_cast<std::uint8_t>(kept.evidence | other.evidence);
    kept.changed = kept.changed || other.changed ||
                   (kept.kind == AccessKind::Input && kept.stamp != other.stamp);
    kept.readers = merged_users(kept.readers, other.readers);
    kept.writers = merged_users(kept.writers, other.writers);
    return true;
  };
  std::size_t last = 0;
  for (std::size_t i = 1; i < accesses.size(); ++i) {
    if (merge(accesses[last], accesses[i])) continue;
    if (++last != i) accesses[last] = std::move(accesses[i]);
  }
  if (!accesses.empty())
    accesses.erase(accesses.begin() + static_cast<std::ptrdiff_t>(last) + 1, accesses.end());
}

}  // namespace roar::tracer
