#include "tracer/file_table.h"

#include <sys/stat.h>

#include <utility>

namespace roar::tracer {

Version version_of(const struct ::stat& status) noexcept {
  return {.size = static_cast<std::uint64_t>(status.st_size),
          .modified_s = status.st_mtim.tv_sec,
          .changed_s = status.st_ctim.tv_sec,
          .modified_ns = static_cast<std::uint32_t>(status.st_mtim.tv_nsec),
          .changed_ns = static_cast<std::uint32_t>(status.st_ctim.tv_nsec)};
}

FileStamp stamp_of(const FileIdentity& identity, const Version& version) noexcept {
  return {.device = identity.device,
          .inode = identity.inode,
          .size = version.size,
          .modified = {version.modified_s, version.modified_ns},
          .changed = {version.changed_s, version.changed_ns}};
}

File* FileTable::find(const FileIdentity& identity) noexcept {
  const auto found = current_.find(identity);
  return found == current_.end() ? nullptr : &files_[found->second];
}

File& FileTable::add(const FileIdentity& identity, std::uint32_t mode) {
  const auto number = static_cast<std::uint32_t>(files_.size());
  const auto [place, is_new] = current_.try_emplace(identity, number);
  if (!is_new) files_[std::exchange(place->second, number)].set(kSuperseded);
  File& file = files_.emplace_back();
  file.identity = identity;
  file.mode = mode;
  return file;
}

File& FileTable::existing(const wire::Stamp& stamp) {
  File* known = find(identity_of(stamp));
  const bool reused = known != nullptr && known->is(kGone) && stamp.links > 0;
  if (known == nullptr || reused) return add(identity_of(stamp), stamp.mode);
  return *known;
}

namespace {

// Whether the job can have come upon the file only after `created`, the state in which its creator
// saw it. A record is written when its call is over, so who opens a new file may be told of before
// who made it.
bool was_found_after(const File& file, const Version& created) noexcept {
  if (!file.is(kHasInput) && !file.is(kHasPristine)) return false;
  const Version& found = file.is(kHasInput) ? file.input : file.pristine;
  // What is not empty any more has been written to by whoever was told of first.
  return created.size > 0 || std::pair(found.changed_s, found.changed_ns) >=
                                 std::pair(created.changed_s, created.changed_ns);
}

}  // namespace

File& FileTable::fresh(const wire::Stamp& stamp) {
  File* known = find(identity_of(stamp));
  // Two processes that open the same missing file both see that it was not there.
  const bool same = known != nullptr && !known->is(kGone) &&
                    (known->is(kFresh) || was_found_after(*known, version_of(stamp)));
  File& file = same ? *known : add(identity_of(stamp), stamp.mode);
  file.set(kFresh);
  return file;
}

void FileTable::add_name(File& file, PathId path, std::uint32_t epoch, std::uint8_t flags) {
  if (path == kNoPath) return;
  std::uint32_t* link = &file.first_name;
  while (*link != kNoName) {
    FileName& name = names_[*link];
    if (name.path == path && name.epoch == epoch) {
      name.flags = static_cast<std::uint8_t>(name.flags | flags);
      return;
    }
    link = &name.next;
  }
  *link = static_cast<std::uint32_t>(names_.size());
  names_.push_back({path, epoch, kNoName, flags});
}

void FileTable::add_user(File& file, std::uint32_t process, bool writes) {
  // A process uses a file many times, but mostly not in turns with many others.
  constexpr int kLookBack = 4;
  std::uint32_t index = file.last_user;
  for (int i = 0; i < kLookBack && index != kNoUser; ++i, index = users_[index].next)
    if (users_[index].process == process && users_[index].writes == writes) return;
  const auto number = static_cast<std::uint32_t>(users_.size());
  users_.push_back({process, std::exchange(file.last_user, number), writes});
}

FileIdentity own_identity() {
  return identity_of_file("/proc/self/exe");
}

FileIdentity identity_of_file(const std::string& path) noexcept {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

FileIdentity identity_of_descriptor(int descriptor) noexcept {
  struct ::stat status {};
  if (::fstat(descriptor, &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace roar::tracer
