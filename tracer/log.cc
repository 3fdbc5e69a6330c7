#include "tracer/log.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "objects/base/error.h"

namespace roar::tracer {
namespace {

using wire::LogHeader;
using wire::Record;

constexpr std::uint64_t kSmallestLog = wire::kFirstRecord + (std::uint64_t{64} << 10);
constexpr std::uint64_t kForkedLog = std::uint64_t{64} << 20;
constexpr std::uint64_t kReleaseBytes = std::uint64_t{4} << 20;

constexpr std::uint64_t aligned(std::uint64_t bytes) noexcept {
  return (bytes + wire::kAlignment - 1) / wire::kAlignment * wire::kAlignment;
}

// A larger file than RLIMIT_FSIZE would not fail: it would kill us with SIGXFSZ.
std::uint64_t allowed_capacity() noexcept {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return wire::kLogBytes;
  return std::min<std::uint64_t>(wire::kLogBytes, limit.rlim_cur / 4096 * 4096);
}

// The lengths are those that were checked: those in the record may be others by now.
Fact fact_of(const Record& record, std::size_t path_length, std::size_t path2_length) noexcept {
  const char* paths = reinterpret_cast<const char*>(&record + 1);
  return {.kind = record.kind,
          .flags = record.flags,
          .touched = record.touched.load(std::memory_order_relaxed),
          .pid = record.pid,
          .parent = record.parent,
          .result = record.result,
          .open_flags = record.open_flags,
          .path = {paths, path_length},
          .path2 = {paths + path_length, path2_length},
          .time_ns = record.time_ns,
          .stamp = record.stamp,
          .before = record.before};
}

}  // namespace

wire::Stamp wire_stamp_of(const struct ::stat& status) noexcept {
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = static_cast<std::uint64_t>(status.st_size),
          .modified_s = status.st_mtim.tv_sec,
          .changed_s = status.st_ctim.tv_sec,
          .modified_ns = static_cast<std::uint32_t>(status.st_mtim.tv_nsec),
          .changed_ns = static_cast<std::uint32_t>(status.st_ctim.tv_nsec),
          .mode = status.st_mode,
          .links = static_cast<std::uint32_t>(status.st_nlink)};
}

Log::Log() : fd_(::memfd_create("roar-trace", MFD_CLOEXEC)) {
  if (!fd_) throw_errno(errno, "create", "trace log");
  for (std::uint64_t capacity = allowed_capacity(); capacity >= kSmallestLog; capacity /= 2) {
    if (::ftruncate(fd_.get(), static_cast<off_t>(capacity)) != 0)
      throw_errno(errno, "size", "trace log");
    if (!map(capacity)) continue;  // RLIMIT_AS: ask for less
    begin(capacity);
    return;
  }
  // Where files may not be that large, forked copies of this process are all that can write to it.
  fd_.reset();
  if (!map(kForkedLog))
    throw Error(Errc::Io, "cannot map the trace log: the limit on memory is too low");
  begin(kForkedLog);
}

bool Log::map(std::uint64_t capacity) {
  mapping_ = GuardedMapping(fd_.get(), capacity);
  if (!mapping_) return false;
  memory_ = mapping_.data();
  capacity_ = capacity;
  return true;
}

void Log::begin(std::uint64_t backed) noexcept {
  auto* header = new (memory_) LogHeader{.magic = wire::kMagic,
                                         .version = wire::kVersion,
                                         .capacity = capacity_,
                                         .next = wire::kFirstRecord,
                                         .dropped = 0,
                                         .backed = backed,
                                         .backend = 0,
                                         .exit_code = 0,
                                         .exit_signal = 0,
                                         .core_dumped = 0,
                                         .ended_ns = 0,
                                         .supervisors = 0,
                                         .supervisor = 0,
                                         .keeper = 0,
                                         .asked = 0,
                                         .unanswered = 0,
                                         .files_backed = {},
                                         .listeners = 0,
                                         .covered = {}};
  ROAR_ASSERT(header->next.is_lock_free());
}

std::string Log::path(std::int32_t pid) const {
  return "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(fd_.get());
}

std::string Log::address(std::int32_t pid) const {
  return file_.empty() ? path(pid) : path(pid) + ":" + file_;
}

bool Log::back(std::uint64_t end) noexcept {
  auto* header = reinterpret_cast<LogHeader*>(memory_);
  std::uint64_t backed = header->backed.load(std::memory_order_acquire);
  if (end <= backed) return true;
  end = std::min((end + wire::kBackedStep - 1) / wire::kBackedStep * wire::kBackedStep, capacity_);
  if (::madvise(memory_ + backed, end - backed, MADV_POPULATE_WRITE) != 0) return false;
  while (backed < end && !header->backed.compare_exchange_weak(backed, end)) {
  }
  return true;
}

Record* Log::append(const Fact& fact) noexcept {
  Record* record = claim(fact);
  complete(record, fact);
  return record;
}

Record* Log::claim(const Fact& fact) noexcept {
  auto* header = reinterpret_cast<LogHeader*>(memory_);
  const std::uint64_t length = aligned(sizeof(Record) + fact.path.size() + fact.path2.size());
  const std::uint64_t offset = header->next.fetch_add(length, std::memory_order_relaxed);
  if (offset > capacity_ || length > capacity_ - offset || !back(offset + length)) {
    header->dropped.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  auto* record = reinterpret_cast<Record*>(memory_ + offset);
  record->length.store(static_cast<std::uint32_t>(length) | wire::kIncomplete,
                       std::memory_order_relaxed);
  record->reserved = 0;
  record->path_length = static_cast<std::uint16_t>(fact.path.size());
  record->path2_length = static_cast<std::uint16_t>(fact.path2.size());
  auto* paths = reinterpret_cast<char*>(record + 1);
  fact.path.copy(paths, fact.path.size());
  fact.path2.copy(paths + fact.path.size(), fact.path2.size());
  return record;
}

void Log::complete(Record* record, const Fact& fact) noexcept {
  if (record == nullptr) return;
  record->kind = fact.kind;
  record->flags = fact.flags;
  record->touched.store(fact.touched, std::memory_order_relaxed);
  record->pid = fact.pid;
  record->parent = fact.parent;
  record->result = fact.result;
  record->open_flags = fact.open_flags;
  record->time_ns = fact.time_ns;
  record->stamp = fact.stamp;
  record->before = fact.before;
  const std::uint32_t word = record->length.load(std::memory_order_relaxed);
  record->length.store(word & ~wire::kIncomplete, std::memory_order_release);
}

std::uint64_t Log::scan(const std::function<void(const Fact&)>& consume, bool release) const {
  auto* header = reinterpret_cast<LogHeader*>(memory_);
  const std::uint64_t end =
      std::min(header->next.load(std::memory_order_acquire) / wire::kAlignment * wire::kAlignment,
               std::min(capacity_, header->backed.load(std::memory_order_acquire)));
  std::uint64_t lost = header->dropped.load(std::memory_order_relaxed);
  std::uint64_t released = wire::kFirstRecord;
  bool in_hole = false;
  for (std::uint64_t offset = wire::kFirstRecord; offset + sizeof(Record) <= end;) {
    const auto* record = reinterpret_cast<const Record*>(memory_ + offset);
    const std::uint32_t word = record->length.load(std::memory_order_acquire);
    const std::uint64_t length = word & ~wire::kIncomplete;
    const bool sound =
        length >= sizeof(Record) && length % wire::kAlignment == 0 && offset + length <= end;
    if (!sound) {  // a hole: its writer died between claiming the room and saying how much
      if (!in_hole) ++lost;
      in_hole = true;
      offset += wire::kAlignment;
      continue;
    }
    in_hole = false;
    const std::size_t path_length = record->path_length;
    const std::size_t path2_length = record->path2_length;
    const bool fits = sizeof(Record) + path_length + path2_length <= length;
    if ((word & wire::kIncomplete) == 0 && fits) {
      consume(fact_of(*record, path_length, path2_length));
    } else {
      ++lost;
    }
    offset += length;
    if (release && offset - released >= kReleaseBytes) {
      const std::uint64_t until = offset / 4096 * 4096;
      // What is in a file may be needed once more, by somebody else.
      ::madvise(memory_ + released, until - released, file_.empty() ? MADV_REMOVE : MADV_DONTNEED);
      released = until;
    }
  }
  return lost + (mapping_.was_cut() ? 1 : 0);
}

std::uint64_t Log::follow(std::uint64_t offset, bool patience_is_over,
                          const std::function<void(const Fact&)>& consume) const {
  const auto* header = reinterpret_cast<const LogHeader*>(memory_);
  const std::uint64_t end =
      std::min(header->next.load(std::memory_order_acquire) / wire::kAlignment * wire::kAlignment,
               std::min(capacity_, header->backed.load(std::memory_order_acquire)));
  const std::uint64_t last = offset + kFollowBytes;
  while (offset + sizeof(Record) <= end && offset < last) {
    const auto* record = reinterpret_cast<const Record*>(memory_ + offset);
    const std::uint32_t word = record->length.load(std::memory_order_acquire);
    const std::uint64_t length = word & ~wire::kIncomplete;
    const bool sound =
        length >= sizeof(Record) && length % wire::kAlignment == 0 && offset + length <= end;
    const std::size_t path_length = sound ? record->path_length : 0;
    const std::size_t path2_length = sound ? record->path2_length : 0;
    if (sound && (word & wire::kIncomplete) == 0 &&
        sizeof(Record) + path_length + path2_length <= length) {
      consume(fact_of(*record, path_length, path2_length));
    } else if (!patience_is_over) {
      break;
    }
    offset += sound ? length : wire::kAlignment;
  }
  return offset;
}

std::uint64_t Log::drain(const std::function<void(const Fact&)>& consume) {
  return scan(consume, true);
}

std::uint64_t Log::read(const std::function<void(const Fact&)>& consume) const {
  return scan(consume, false);
}

}  // namespace roar::tracer
