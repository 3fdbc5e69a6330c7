#include "tracer/preload/descriptors.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tracer/preload/image.h"
#include "tracer/preload/secure.h"
#include "tracer/preload/system_call.h"

namespace roar::tracer::preload {

// Its first entries share a page with the small variables.
__attribute__((section(".bss.~1"))) constinit std::atomic<Entry> descriptor_table[kDescriptors]{};

namespace {

constexpr Entry kIgnored = 0xffff'ffff'0000'0000;
constexpr std::uint32_t kPlaceMask = kReadable - 1;
constexpr std::size_t kLongestPath = 4096;
static_assert(wire::kLogBytes / wire::kAlignment <= kReadable);

// One more than the highest descriptor that was ever in the table.
constinit std::atomic<int> table_end{0};

constexpr std::uint32_t kReadBits = wire::kTouchedRead | wire::kTouchedMappedRead;
constexpr std::uint32_t kWriteBits =
    wire::kTouchedWritten | wire::kTouchedMappedWrite | wire::kTouchedTruncated;

std::uint32_t low(Entry entry) noexcept {
  return static_cast<std::uint32_t>(entry);
}
std::uint32_t bits_of(Entry entry) noexcept {
  return static_cast<std::uint32_t>(entry >> 32);
}

void store(int fd, Entry entry) noexcept {
  descriptor_table[fd].store(entry, std::memory_order_relaxed);
  int end = table_end.load(std::memory_order_relaxed);
  while (end <= fd && !table_end.compare_exchange_weak(end, fd + 1, std::memory_order_relaxed)) {
  }
}

Entry entry_of(Place place, std::uint32_t traits, std::uint32_t touched) noexcept {
  return (Entry{touched} << 32) | traits | place / wire::kAlignment;
}

// Standard input is a stream that nobody opened here, and may have been read where no hook sees it.
void adopt_standard_input() noexcept {
  if (descriptor_table[0].load(std::memory_order_relaxed) != 0) return;
  if (system_call(SYS_lseek, 0, 0, SEEK_CUR) > 0) adopt(0, 0);
}

bool changed_since(const wire::Stamp& stamp, int fd) noexcept {
  struct stat status {};
  if (!stat_descriptor(fd, status)) return false;
  return stamp.size != static_cast<std::uint64_t>(status.st_size) ||
         stamp.modified_s != status.st_mtim.tv_sec ||
         stamp.modified_ns != static_cast<std::uint32_t>(status.st_mtim.tv_nsec);
}

}  // namespace

std::uint32_t traits_of(int open_flags) noexcept {
  switch (open_flags & O_ACCMODE) {
    case O_RDONLY:
      return kReadable;
    case O_WRONLY:
      return kWritable;
    default:
      return kReadable | kWritable;
  }
}

bool trackable(int fd) noexcept {
  return static_cast<unsigned>(fd) < kDescriptors && !in_vfork_child();
}

Place place_of(Entry entry) noexcept {
  return Place{low(entry) & kPlaceMask} * wire::kAlignment;
}

Entry descriptor_entry(int fd) noexcept {
  if (static_cast<unsigned>(fd) >= kDescriptors) return 0;
  return descriptor_table[fd].load(std::memory_order_relaxed);
}

void set_descriptor(int fd, Place place, std::uint32_t traits, std::uint32_t touched) noexcept {
  if (!trackable(fd)) return;
  store(fd, place == 0 ? kIgnored : entry_of(place, traits, touched));
}

void ignore_descriptor(int fd) noexcept {
  if (trackable(fd)) store(fd, kIgnored);
}

void forget_descriptor(int fd) noexcept {
  if (trackable(fd)) descriptor_table[fd].store(0, std::memory_order_relaxed);
}

void copy_descriptor(int from, int to) noexcept {
  if (in_vfork_child()) return;
  Entry entry = descriptor_entry(from);
  if (place_of(entry) != 0) {
    entry |= kShared;
    store(from, entry);
  }
  if (static_cast<unsigned>(to) < kDescriptors) {
    store(to, entry);
  } else if (place_of(entry) != 0) {
    set_untracked(place_of(entry));
  }
}

void set_directory(int fd, Place place) noexcept {
  // Only if its opening was seen: then its closing will be, too.
  if (trackable(fd) && descriptor_entry(fd) != 0) store(fd, kIgnored | place / wire::kAlignment);
}

Text known_directory(int fd) noexcept {
  const Entry entry = descriptor_entry(fd);
  if ((entry & kIgnored) != kIgnored || in_vfork_child()) return {};
  const Place place = place_of(entry);
  const wire::Record* record = place != 0 ? peek(place) : nullptr;
  if (record == nullptr) return {};
  return {reinterpret_cast<const char*>(record + 1), record->path_length};
}

void forget_directories() noexcept {
  if (in_vfork_child()) return;
  const int end = table_end.load(std::memory_order_relaxed);
  for (int fd = 0; fd < end; ++fd)
    if ((descriptor_entry(fd) & kIgnored) == kIgnored) store(fd, kIgnored);
}

void mark_stream(int fd) noexcept {
  if (!trackable(fd)) return;
  if (place_of(descriptor_entry(fd)) != 0)
    descriptor_table[fd].fetch_or(kStream, std::memory_order_relaxed);
}

Place adopt(int fd, std::uint32_t touched) noexcept {
  struct stat status {};
  if (!stat_descriptor(fd, status)) return 0;
  if (!S_ISREG(status.st_mode)) {
    ignore_descriptor(fd);
    return 0;
  }
  char link[32];
  *append_number(append(link, "/proc/self/fd/"), static_cast<unsigned long>(fd)) = '\0';
  char path[kLongestPath];
  const long size = system_call(SYS_readlink, address_of(link), address_of(path), sizeof(path));
  const long flags = system_call(SYS_fcntl, fd, F_GETFL);
  constexpr Text kMemory = "/memfd:";
  if (size <= 0 || flags < 0 || (flags & O_PATH) != 0 ||
      (size > static_cast<long>(kMemory.size) && starts_with(path, kMemory))) {
    ignore_descriptor(fd);
    return 0;
  }
  Fact fact = fact_of(wire::Kind::Inherited);
  fact.path = {path, static_cast<std::size_t>(size)};
  fact.open_flags = static_cast<std::uint32_t>(flags);
  fact.stamp = &status;
  fact.touched = touched;
  if (static_cast<unsigned>(fd) >= kDescriptors) fact.flags |= wire::kTouchUnknown;
  if ((flags & O_ACCMODE) != O_WRONLY) note_read(status);
  const Place place = write_fact(fact);
  const std::uint32_t stream = fd <= 2 ? kStream : 0U;
  set_descriptor(fd, place, traits_of(static_cast<int>(flags)) | stream, touched);
  return place;
}

void touch_slowly(int fd, std::uint32_t bit) noexcept {
  if (fd < 0 || !recording()) return;
  if (in_vfork_child()) {
    adopt(fd, bit);
    return;
  }
  if (fd >= kDescriptors) return;  // its record says that nobody keeps its bits
  const Entry entry = descriptor_table[fd].load(std::memory_order_relaxed);
  if (entry == 0) {
    adopt(fd, bit);
    return;
  }
  if ((bits_of(entry) & bit) == bit) return;
  set_touched(place_of(entry), bit);
  descriptor_table[fd].fetch_or(Entry{bit} << 32, std::memory_order_relaxed);
}

void settle_descriptor(int fd, bool final) noexcept {
  if (!trackable(fd)) return;
  const Entry entry = descriptor_table[fd].load(std::memory_order_relaxed);
  const Place place = place_of(entry);
  if (place == 0 || (entry & kIgnored) == kIgnored) return;
  const std::uint32_t traits = low(entry) & ~kPlaceMask;
  const std::uint32_t bits = bits_of(entry);
  std::uint32_t news = 0;
  // An offset says something about reading only as long as nothing was written.
  if ((traits & kReadable) != 0 && (bits & (kReadBits | kWriteBits)) == 0 &&
      system_call(SYS_lseek, fd, 0, SEEK_CUR) > 0)
    news |= wire::kTouchedRead;
  const wire::Record* record = peek(place);
  if ((traits & kWritable) != 0 && (bits & kWriteBits) == 0 && record != nullptr &&
      changed_since(record->stamp, fd))
    news |= wire::kTouchedWritten;
  // What a stream still holds back is written after this.
  const bool unflushed = (traits & kStream) != 0 && (traits & kWritable) != 0;
  if (final && (traits & kShared) == 0 && !unflushed &&
      (record == nullptr || record->pid == current_process()))
    news |= wire::kTouchedSettled;
  if (news == 0) return;
  set_touched(place, news);
  descriptor_table[fd].fetch_or(Entry{news} << 32, std::memory_order_relaxed);
}

void settle_all(bool final) noexcept {
  if (in_vfork_child()) return;
  if (final) adopt_standard_input();
  const int end = table_end.load(std::memory_order_relaxed);
  for (int fd = 0; fd < end; ++fd) settle_descriptor(fd, final);
}

void release_range(unsigned first, unsigned last) noexcept {
  if (in_vfork_child()) return;
  const auto end = static_cast<unsigned>(table_end.load(std::memory_order_relaxed));
  for (unsigned fd = first; fd < end && fd <= last; ++fd) {
    settle_descriptor(static_cast<int>(fd), true);
    forget_descriptor(static_cast<int>(fd));
  }
}

void release_all_untracked() noexcept {
  if (in_vfork_child()) return;
  const int end = table_end.load(std::memory_order_relaxed);
  for (int fd = 0; fd < end; ++fd) {
    const Entry entry = descriptor_entry(fd);
    if (place_of(entry) != 0 && (entry & kIgnored) != kIgnored) set_untracked(place_of(entry));
    forget_descriptor(fd);
  }
}

}  // namespace roar::tracer::preload
