#include "tracer/preload/facts.h"

#include <errno.h>

#include <atomic>

#include "tracer/preload/descriptors.h"
#include "tracer/preload/image.h"
#include "tracer/preload/secure.h"
#include "tracer/preload/system_call.h"

namespace roar::tracer::preload {
namespace {

// What this process has already written, so that it does not write it again: high half: part of a
// hash of the path; low half: where. A collision costs one more record.
constexpr std::size_t kSlots = 4096;
__attribute__((section(".bss.~2"))) constinit std::atomic<std::uint64_t> written[kSlots]{};
constexpr std::uint64_t kAbsentSeed = 0x5bd1'e995;
// In place of a place, which is larger.
constexpr std::uint32_t kAbsentMark = 1;

std::size_t slot_of(std::uint64_t hash) noexcept {
  return hash % kSlots;
}
std::uint64_t high_half(std::uint64_t hash) noexcept {
  return hash & 0xffff'ffff'0000'0000;
}

bool is_relative(Spelling spelling) noexcept {
  return spelling.path[0] != '/';
}

// A path through /proc or /dev means something else to whoever reads the log.
bool names_a_descriptor(const char* path) noexcept {
  return starts_with(path, "/proc/") || starts_with(path, "/dev/");
}

Text link_target(int fd, char* buffer) noexcept {
  char link[32];
  *append_number(append(link, "/proc/self/fd/"), static_cast<unsigned long>(fd)) = '\0';
  const long size =
      system_call(SYS_readlink, address_of(link), address_of(buffer), kDirectoryBytes);
  return {buffer, size > 0 ? static_cast<std::size_t>(size) : 0};
}

// The record is there to be found again by whoever opens something in the directory.
Text learn_directory(int fd, char* buffer) noexcept {
  const Text path = link_target(fd, buffer);
  struct stat status {};
  if (path.empty() || !trackable(fd) || !stat_descriptor(fd, status) || !S_ISDIR(status.st_mode))
    return path;
  Fact fact = fact_of(wire::Kind::Open);
  fact.open_flags = O_RDONLY | O_DIRECTORY;
  fact.touched = wire::kTouchedSettled;
  fact.stamp = &status;
  fact.path = path;
  set_directory(fd, write_fact(fact));
  return path;
}

bool same(const wire::Stamp& stamp, const struct stat& status) noexcept {
  return stamp.inode == status.st_ino && stamp.device == status.st_dev &&
         stamp.size == static_cast<std::uint64_t>(status.st_size) &&
         stamp.modified_s == status.st_mtim.tv_sec && stamp.changed_s == status.st_ctim.tv_sec &&
         stamp.modified_ns == static_cast<std::uint32_t>(status.st_mtim.tv_nsec) &&
         stamp.changed_ns == static_cast<std::uint32_t>(status.st_ctim.tv_nsec);
}

bool same(const wire::Record& record, Text path) noexcept {
  return record.path_length == path.size &&
         equal(reinterpret_cast<const char*>(&record + 1), path.bytes, path.size);
}

// The kernel does not tell the name of a directory that is longer than a page.
void note_lost_directory(const Fact& fact, Spelling spelling, Text directory) noexcept {
  if (!directory.empty() || fact.kind == wire::Kind::Absent) return;
  char link[32] = "/proc/self/cwd";
  if (spelling.directory != AT_FDCWD)
    *append_number(append(link, "/proc/self/fd/"), static_cast<unsigned>(spelling.directory)) =
        '\0';
  char byte = 0;
  if (system_call(SYS_readlink, address_of(link), address_of(&byte), 1) == -ENAMETOOLONG)
    record_gap("long-path", nullptr);
}

__attribute__((noinline)) Place write_with_directory(Fact fact, Spelling spelling) noexcept {
  char buffer[kDirectoryBytes];
  fact.directory = directory_of(spelling, buffer);
  note_lost_directory(fact, spelling, fact.directory);
  return write_fact(fact);
}

__attribute__((noinline)) Place write_with_directories(Fact fact, Spelling from,
                                                       Spelling to) noexcept {
  char buffer[kDirectoryBytes];
  char buffer2[kDirectoryBytes];
  if (needs_directory(from)) {
    fact.directory = directory_of(from, buffer);
    note_lost_directory(fact, from, fact.directory);
  }
  if (needs_directory(to)) {
    fact.directory2 = directory_of(to, buffer2);
    note_lost_directory(fact, to, fact.directory2);
  }
  return write_fact(fact);
}

Place write_spelled(Fact& fact, Spelling spelling) noexcept {
  fact.path = text_of(spelling.path);
  if (needs_directory(spelling)) return write_with_directory(fact, spelling);
  if (is_relative(spelling)) fact.flags |= wire::kRelative;
  return write_fact(fact);
}

__attribute__((noinline)) Place write_resolved(Fact fact, int fd) noexcept {
  char buffer[kDirectoryBytes];
  const Text target = link_target(fd, buffer);
  if (!target.empty()) fact.path = target;
  return write_fact(fact);
}

// As the log wants it: without a NUL at the end, there is more.
Text cut(Text arguments, std::size_t size) noexcept {
  while (size > 0 && arguments.bytes[size - 1] == '\0') --size;
  return {arguments.bytes, size};
}

constexpr bool creates(int flags) noexcept {
  return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

}  // namespace

bool needs_directory(Spelling spelling) noexcept {
  return is_relative(spelling) && (spelling.directory != AT_FDCWD || directories_diverged());
}

Text directory_of(Spelling spelling, char* buffer) noexcept {
  if (spelling.directory != AT_FDCWD) {
    const Text known = known_directory(spelling.directory);
    return known.empty() ? learn_directory(spelling.directory, buffer) : known;
  }
  const long size = system_call(SYS_getcwd, address_of(buffer), kDirectoryBytes);
  return {buffer, size > 1 ? static_cast<std::size_t>(size) - 1 : 0};
}

Opening::Opening(Spelling spelling, int flags) noexcept
    : spelling_(spelling), flags_(flags), active_(recording()) {
  if (!active_) return;
  record_objects_if_due();
  if (!creates(flags) || (flags & O_TMPFILE) == O_TMPFILE || spelling.path == nullptr) return;
  probed_ = true;
  existed_ = stat_path(spelling.directory, spelling.path, before_);
  const bool empties = (flags & O_TRUNC) != 0 && (flags & O_EXCL) == 0;
  if (existed_ && empties) secure(spelling, before_, wire::Fate::Overwritten);
}

Opening::Opening(Spelling spelling, int flags, New) noexcept
    : spelling_(spelling), flags_(flags), active_(recording()), probed_(true) {}

void Opening::created(Spelling spelling, int flags, int fd) noexcept {
  Opening(spelling, flags, New{}).done(fd);
}

void Opening::done(int fd, std::uint32_t traits) const noexcept {
  if (!active_) return;
  if (fd < 0) {
    failed();
    return;
  }
  struct stat status {};
  if ((flags_ & O_PATH) != 0 || !stat_descriptor(fd, status) || !S_ISREG(status.st_mode)) {
    ignore_descriptor(fd);
    return;
  }
  write(fd, status, traits);
}

void Opening::failed() const noexcept {
  if (errno == ENOENT || errno == ENOTDIR) record_absent(spelling_);
}

// A second opening for reading of what has not changed is no news.
bool Opening::reuse(int fd, const struct stat& status, std::uint64_t slot_hash) const noexcept {
  const std::uint64_t slot = written[slot_of(slot_hash)].load(std::memory_order_relaxed);
  if (slot == 0 || high_half(slot) != high_half(slot_hash)) return false;
  const Place place = (slot & 0xffff'ffff) * wire::kAlignment;
  wire::Record* record = peek(place);
  if (record == nullptr || record->kind != wire::Kind::Open || !same(record->stamp, status) ||
      record->pid != current_process() || !same(*record, text_of(spelling_.path)))
    return false;
  record->touched.fetch_and(~std::uint32_t{wire::kTouchedSettled}, std::memory_order_relaxed);
  set_descriptor(fd, place, kReadable,
                 record->touched.load(std::memory_order_relaxed) &
                     (wire::kTouchedRead | wire::kTouchedMappedRead));
  return true;
}

void Opening::write(int fd, const struct stat& status, std::uint32_t traits) const noexcept {
  const bool read_only = (flags_ & O_ACCMODE) == O_RDONLY && !creates(flags_) && traits == 0 &&
                         trackable(fd) && !needs_directory(spelling_);
  std::uint64_t slot_hash = 0;
  if (read_only) {
    slot_hash = hash(text_of(spelling_.path), directory_epoch());
    if (reuse(fd, status, slot_hash)) return;
  }
  const bool is_own =
      (flags_ & O_TRUNC) != 0 || (flags_ & O_TMPFILE) == O_TMPFILE || (probed_ && !existed_);
  if (is_own) {
    note_own(status);
  } else {
    if ((flags_ & O_ACCMODE) != O_WRONLY) note_read(status);
    // Nothing is destroyed yet.
    if ((flags_ & O_ACCMODE) != O_RDONLY) secure(spelling_, status, wire::Fate::Overwritten, true);
  }
  Fact fact = fact_of(wire::Kind::Open);
  fact.open_flags = static_cast<std::uint32_t>(flags_);
  fact.stamp = &status;
  if (probed_) fact.flags |= wire::kProbedBefore;
  if (existed_) fact.before = &before_;
  if (fd >= kDescriptors) fact.flags |= wire::kTouchUnknown;
  fact.path = text_of(spelling_.path);
  const bool nameless = (flags_ & O_TMPFILE) == O_TMPFILE;
  const Place place = nameless || names_a_descriptor(spelling_.path)
                          ? write_resolved(fact, fd)
                          : write_spelled(fact, spelling_);
  set_descriptor(fd, place, traits_of(flags_) | traits, 0);
  if (read_only && place != 0)
    written[slot_of(slot_hash)].store(high_half(slot_hash) | place / wire::kAlignment,
                                      std::memory_order_relaxed);
}

void record_absent(Spelling spelling) noexcept {
  if (needs_directory(spelling)) {
    Fact fact = fact_of(wire::Kind::Absent);
    write_spelled(fact, spelling);
    return;
  }
  const std::uint64_t key = hash(text_of(spelling.path), kAbsentSeed + directory_epoch());
  const std::uint64_t value = high_half(key) | kAbsentMark;
  if (written[slot_of(key)].exchange(value, std::memory_order_relaxed) == value) return;
  Fact fact = fact_of(wire::Kind::Absent);
  write_spelled(fact, spelling);
}

void record_path(wire::Kind kind, Spelling spelling, const struct stat* before,
                 const struct stat* stamp) noexcept {
  Fact fact = fact_of(kind);
  fact.flags = wire::kProbedBefore;
  fact.before = before;
  fact.stamp = stamp;
  write_spelled(fact, spelling);
}

void record_paths(wire::Kind kind, Spelling from, Spelling to, const struct stat* before,
                  const struct stat* stamp) noexcept {
  if (stamp != nullptr && S_ISDIR(stamp->st_mode)) forget_directories();
  Fact fact = fact_of(kind);
  fact.flags = wire::kProbedBefore;
  fact.before = before;
  fact.stamp = stamp;
  fact.path = text_of(from.path);
  fact.path2 = text_of(to.path);
  if (is_relative(from) && !needs_directory(from)) fact.flags |= wire::kRelative;
  if (is_relative(to) && !needs_directory(to)) fact.flags |= wire::kRelative2;
  if (needs_directory(from) || needs_directory(to)) {
    write_with_directories(fact, from, to);
  } else {
    write_fact(fact);
  }
}

Text joined_arguments(char* const* arguments, char* buffer) noexcept {
  char* end = buffer;
  for (; arguments != nullptr && *arguments != nullptr; ++arguments) {
    Text argument = text_of(*arguments);
    const auto room = static_cast<std::size_t>(buffer + kArgumentBytes - end);
    if (argument.size >= room) {
      argument.size = room;
      return cut({buffer, kArgumentBytes},
                 static_cast<std::size_t>(append(end, argument) - buffer));
    }
    end = append(end, argument);
    *end++ = '\0';
  }
  return {buffer, static_cast<std::size_t>(end - buffer)};
}

Place record_exec(Spelling program, char* const* arguments) noexcept {
  char buffer[kArgumentBytes];
  Fact fact = fact_of(wire::Kind::Exec);
  fact.parent = parent_process();
  fact.path2 = joined_arguments(arguments, buffer);
  return write_spelled(fact, program);
}

// They lie one behind the other, as the kernel has put them there.
void record_arguments(int count, char* const* arguments) noexcept {
  if (count <= 0 || arguments == nullptr) return;
  const char* end = arguments[0];
  int i = 0;
  while (i < count && arguments[i] == end) end += length_of(arguments[i++]) + 1;
  const Text all(arguments[0], static_cast<std::size_t>(end - arguments[0]));
  const std::size_t kept = all.size < wire::kArgumentsMax ? all.size : wire::kArgumentsMax;
  Fact fact = fact_of(wire::Kind::Arguments);
  fact.path = i == count && kept == all.size ? all : cut(all, kept);
  write_fact(fact);
}

__attribute__((noinline)) void record_arguments_of_kernel() noexcept {
  const long fd =
      own_call(SYS_openat, AT_FDCWD, address_of("/proc/self/cmdline"), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  char buffer[wire::kArgumentsMax]{};
  const long size = system_call(SYS_read, fd, address_of(buffer), sizeof(buffer));
  system_call(SYS_close, fd);
  if (size <= 0) return;
  const Text all(buffer, static_cast<std::size_t>(size));
  Fact fact = fact_of(wire::Kind::Arguments);
  fact.path = all.size == sizeof(buffer) ? cut(all, all.size) : all;
  write_fact(fact);
}

void record_end(int pid, int status) noexcept {
  Fact fact = fact_of(wire::Kind::Exit);
  if (fact.pid != pid) fact.parent = fact.pid;
  fact.pid = pid;
  fact.flags = wire::kHasStatus;
  fact.result = status;
  write_fact(fact);
}

void record_link(Spelling from, Spelling to, const struct stat* stamp) noexcept {
  if (!names_a_descriptor(from.path)) {
    record_paths(wire::Kind::Link, from, to, nullptr, stamp);
    return;
  }
  char buffer[kDirectoryBytes];
  const long size = system_call(SYS_readlinkat, from.directory, address_of(from.path),
                                address_of(buffer), kDirectoryBytes - 1);
  buffer[size > 0 ? size : 0] = '\0';
  record_paths(wire::Kind::Link, size > 0 ? Spelling{AT_FDCWD, buffer} : from, to, nullptr, stamp);
}

void record_symlink(const char* target, Spelling to, const struct stat* stamp) noexcept {
  Fact fact = fact_of(wire::Kind::Symlink);
  fact.stamp = stamp;
  fact.path = text_of(target);
  fact.path2 = text_of(to.path);
  if (needs_directory(to)) {
    write_with_directories(fact, {AT_FDCWD, "/"}, to);
    return;
  }
  if (is_relative(to)) fact.flags |= wire::kRelative2;
  write_fact(fact);
}

void record_listed(int fd) noexcept {
  struct stat status {};
  if (!stat_descriptor(fd, status) || !S_ISDIR(status.st_mode)) return;
  Fact fact = fact_of(wire::Kind::Listed);
  fact.stamp = &status;
  fact.path = known_directory(fd);
  set_directory(fd, fact.path.empty() ? write_resolved(fact, fd) : write_fact(fact));
}

}  // namespace roar::tracer::preload
