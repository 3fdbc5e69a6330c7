#include "tracer/preload/log_writer.h"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include <cstddef>

#include "tracer/preload/net.h"
#include "tracer/preload/system_call.h"

#pragma weak getauxval

namespace roar::tracer::preload {
namespace {

using wire::LogHeader;
using wire::Record;

constexpr std::uint64_t kPage = 4096;

// What LogHeader begins with: all that must be known before it is mapped.
struct LogStart {
  std::uint32_t magic;
  std::uint32_t version;
  std::uint64_t capacity;
};
static_assert(offsetof(LogHeader, version) == offsetof(LogStart, version) &&
              offsetof(LogHeader, capacity) == offsetof(LogStart, capacity));

using ClockFunction = long (*)(clockid_t, timespec*);

struct Log {
  LogHeader* header = nullptr;
  std::uint64_t capacity = 0;
  bool whole = false;
  ClockFunction clock = nullptr;
  const char* path = nullptr;
  const char* file = nullptr;  // the same log, should `path` be gone; null if there is none
};
constinit Log log;

bool failed(long result) noexcept {
  return result < 0 && result > -4096;
}

long open_log_file() noexcept {
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOCTTY;
  const long fd = own_call(SYS_openat, AT_FDCWD, address_of(log.path), kFlags);
  if (fd >= 0 || log.file == nullptr) return fd;
  return own_call(SYS_openat, AT_FDCWD, address_of(log.file), kFlags);
}

// Takes the value of wire::kLogVariable apart.
void name_log(const char* value) noexcept {
  static char path[64];
  log.path = value;
  std::size_t length = 0;
  while (value[length] != '\0' && value[length] != ':') ++length;
  if (value[length] == '\0' || length >= sizeof(path)) return;
  *append(path, {value, length}) = '\0';
  log.path = path;
  log.file = value + length + 1;
}

// libc's clock_gettime may be one that lies (a test's fake time), and the call itself is ten times
// as slow as the kernel's own page.
ClockFunction kernel_clock() noexcept {
  if (getauxval == nullptr) return nullptr;
  const auto* image = pointer_to<const char>(static_cast<long>(getauxval(AT_SYSINFO_EHDR)));
  if (image == nullptr) return nullptr;
  const auto* header = reinterpret_cast<const Elf64_Ehdr*>(image);
  const auto* segments = reinterpret_cast<const Elf64_Phdr*>(image + header->e_phoff);
  const Elf64_Dyn* dynamic = nullptr;
  const char* origin = image;  // what addresses in the image are relative to
  for (unsigned i = 0; i < header->e_phnum; ++i) {
    if (segments[i].p_type == PT_LOAD) origin = image + segments[i].p_offset - segments[i].p_vaddr;
    if (segments[i].p_type == PT_DYNAMIC)
      dynamic = reinterpret_cast<const Elf64_Dyn*>(image + segments[i].p_offset);
  }
  const Elf64_Sym* symbols = nullptr;
  const char* names = nullptr;
  for (; dynamic != nullptr && dynamic->d_tag != DT_NULL; ++dynamic) {
    const char* table = origin + dynamic->d_un.d_ptr;
    if (dynamic->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const Elf64_Sym*>(table);
    if (dynamic->d_tag == DT_STRTAB) names = table;
  }
  if (symbols == nullptr || names < reinterpret_cast<const char*>(symbols)) return nullptr;
  constexpr Text kName = "__vdso_clock_gettime";
  // The string table follows the symbol table, as every linker lays them out.
  const auto count =
      static_cast<std::size_t>(names - reinterpret_cast<const char*>(symbols)) / sizeof(Elf64_Sym);
  for (std::size_t i = 0; i < count && i < 64; ++i)
    if (symbols[i].st_shndx != SHN_UNDEF &&
        equal(names + symbols[i].st_name, kName.bytes, kName.size + 1))
      return std::bit_cast<ClockFunction>(origin + symbols[i].st_value);
  return nullptr;
}

std::uint64_t now() noexcept {
  timespec time{};
  if (log.clock == nullptr || log.clock(CLOCK_REALTIME_COARSE, &time) != 0)
    system_call(SYS_clock_gettime, CLOCK_REALTIME_COARSE, address_of(&time));
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

// One record, mapped: in place, or for as long as this lives.
class View {
 public:
  View(Place place, std::size_t size) noexcept {
    if (log.whole) {
      record_ = reinterpret_cast<Record*>(reinterpret_cast<char*>(log.header) + place);
      return;
    }
    const long fd = open_log_file();
    if (fd < 0) return;
    const std::uint64_t first = place / kPage * kPage;
    bytes_ = place + size - first;
    const long address = system_call(SYS_mmap, 0, static_cast<long>(bytes_), PROT_READ | PROT_WRITE,
                                     MAP_SHARED, fd, static_cast<long>(first));
    system_call(SYS_close, fd);
    if (failed(address)) return;
    mapping_ = address;
    record_ = pointer_to<Record>(address + static_cast<long>(place - first));
  }
  ~View() {
    if (mapping_ != 0) system_call(SYS_munmap, mapping_, static_cast<long>(bytes_));
  }
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  Record* operator->() const noexcept { return record_; }
  explicit operator bool() const noexcept { return record_ != nullptr; }

 private:
  Record* record_ = nullptr;
  long mapping_ = 0;
  std::uint64_t bytes_ = 0;
};

void fill_stamp(wire::Stamp& stamp, const struct stat& status) noexcept {
  stamp.device = status.st_dev;
  stamp.inode = status.st_ino;
  stamp.size = static_cast<std::uint64_t>(status.st_size);
  stamp.modified_s = status.st_mtim.tv_sec;
  stamp.changed_s = status.st_ctim.tv_sec;
  stamp.modified_ns = static_cast<std::uint32_t>(status.st_mtim.tv_nsec);
  stamp.changed_ns = static_cast<std::uint32_t>(status.st_ctim.tv_nsec);
  stamp.mode = status.st_mode;
  stamp.links = static_cast<std::uint32_t>(status.st_nlink);
}

std::size_t joined_size(Text directory, Text path) noexcept {
  return directory.size + (directory.empty() || path.empty() ? 0 : 1) + path.size;
}

char* append_joined(char* to, Text directory, Text path) noexcept {
  to = append(to, directory);
  if (!directory.empty() && !path.empty()) *to++ = '/';
  return append(to, path);
}

std::size_t size_of(const Fact& fact) noexcept {
  const std::size_t bytes = sizeof(Record) + joined_size(fact.directory, fact.path) +
                            joined_size(fact.directory2, fact.path2);
  return (bytes + wire::kAlignment - 1) / wire::kAlignment * wire::kAlignment;
}

void fill(Record& record, const Fact& fact) noexcept {
  record.kind = fact.kind;
  record.flags =
      static_cast<std::uint8_t>(fact.flags | (fact.stamp != nullptr ? wire::kHasStamp : 0) |
                                (fact.before != nullptr ? wire::kHasBefore : 0));
  record.touched.store(fact.touched, std::memory_order_relaxed);
  record.pid = fact.pid;
  record.parent = fact.parent;
  record.result = fact.result;
  record.open_flags = fact.open_flags;
  record.path_length = static_cast<std::uint16_t>(joined_size(fact.directory, fact.path));
  record.path2_length = static_cast<std::uint16_t>(joined_size(fact.directory2, fact.path2));
  record.time_ns = now();
  if (fact.stamp != nullptr) fill_stamp(record.stamp, *fact.stamp);
  if (fact.before != nullptr) fill_stamp(record.before, *fact.before);
  char* paths = reinterpret_cast<char*>(&record + 1);
  paths = append_joined(paths, fact.directory, fact.path);
  append_joined(paths, fact.directory2, fact.path2);
}

// Makes memory for the log up to `end`. False if there is none, and then nobody may write there.
bool back(std::uint64_t end) noexcept {
  std::uint64_t backed = log.header->backed.load(std::memory_order_acquire);
  if (end <= backed) return true;
  end = (end + wire::kBackedStep - 1) / wire::kBackedStep * wire::kBackedStep;
  if (end > log.capacity) end = log.capacity;
  const auto length = static_cast<long>(end - backed);
  long result = 0;
  if (log.whole) {
    constexpr int kPopulateWrite = 23;  // MADV_POPULATE_WRITE, which older headers lack
    result = system_call(SYS_madvise, address_of(log.header) + static_cast<long>(backed), length,
                         kPopulateWrite);
  } else {
    const long fd = open_log_file();
    if (fd < 0) return false;
    result = system_call(SYS_fallocate, fd, 0, static_cast<long>(backed), length);
    system_call(SYS_close, fd);
  }
  if (failed(result)) return false;
  while (backed < end && !log.header->backed.compare_exchange_weak(backed, end)) {
  }
  return true;
}

Place claim(std::size_t size) noexcept {
  const Place place = log.header->next.fetch_add(size, std::memory_order_relaxed);
  const bool fits = place <= log.capacity && size <= log.capacity - place;
  if (fits && back(place + size)) return place;
  count_dropped();
  return 0;
}

bool too_long(const Fact& fact) noexcept {
  return joined_size(fact.directory, fact.path) > 0xffff ||
         joined_size(fact.directory2, fact.path2) > 0xffff;
}

}  // namespace

bool open_log(const char* path) noexcept {
  name_log(path);
  name_net(path);
  const long fd = open_log_file();
  if (fd < 0) return false;
  LogStart header{};
  const long got = system_call(SYS_pread64, fd, address_of(&header), sizeof(header), 0);
  bool sound = got == static_cast<long>(sizeof(header)) && header.magic == wire::kMagic &&
               header.version == wire::kVersion && header.capacity >= wire::kFirstRecord;
  rlimit space{};
  system_call(SYS_prlimit64, 0, RLIMIT_AS, 0, address_of(&space));
  log.whole = space.rlim_cur == RLIM_INFINITY;
  if (sound) {
    const std::uint64_t bytes = log.whole ? header.capacity : kPage;
    const long address = system_call(SYS_mmap, 0, static_cast<long>(bytes), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_NORESERVE, fd, 0);
    sound = !failed(address);
    if (sound) {
      // A core dump of the job has no use for it.
      system_call(SYS_madvise, address, static_cast<long>(bytes), MADV_DONTDUMP);
      log.capacity = header.capacity;
      log.header = pointer_to<LogHeader>(address);
      log.clock = kernel_clock();
    }
  }
  system_call(SYS_close, fd);
  return sound;
}

Place write_fact(const Fact& fact) noexcept {
  const Place place = claim_fact(fact);
  if (place != 0) fill_fact(place, fact);
  return place;
}

Place claim_fact(const Fact& fact) noexcept {
  if (too_long(fact)) {
    count_dropped();
    return 0;
  }
  const std::size_t size = size_of(fact);
  const Place place = claim(size);
  if (place == 0) return 0;
  const View view(place, sizeof(Record));
  if (!view) {  // the hole counts as lost
    return 0;
  }
  view->length.store(static_cast<std::uint32_t>(size) | wire::kIncomplete,
                     std::memory_order_relaxed);
  return place;
}

void fill_fact(Place place, const Fact& fact) noexcept {
  const std::size_t size = size_of(fact);
  const View view(place, size);
  if (!view) return;
  fill(*view.operator->(), fact);
  view->length.store(static_cast<std::uint32_t>(size), std::memory_order_release);
}

void set_touched(Place place, std::uint32_t bits) noexcept {
  const View view(place, sizeof(Record));
  if (view) view->touched.fetch_or(bits, std::memory_order_relaxed);
}

void clear_touched(Place place, std::uint32_t bits) noexcept {
  const View view(place, sizeof(Record));
  if (view) view->touched.fetch_and(~bits, std::memory_order_relaxed);
}

void set_untracked(Place place) noexcept {
  const View view(place, sizeof(Record));
  if (view) view->flags = static_cast<std::uint8_t>(view->flags | wire::kTouchUnknown);
}

void set_result(Place place, std::int32_t result) noexcept {
  const View view(place, sizeof(Record));
  if (view) view->result = result;
}

void count_dropped() noexcept {
  log.header->dropped.fetch_add(1, std::memory_order_relaxed);
}

LogHeader* log_header() noexcept {
  return log.header;
}

LogHeader* whole_log() noexcept {
  return log.whole ? log.header : nullptr;
}

bool log_is_read() noexcept {
  return system_call(SYS_faccessat, AT_FDCWD, address_of(log.path), 0) == 0;
}

Record* peek(Place place) noexcept {
  if (!log.whole) return nullptr;
  return reinterpret_cast<Record*>(reinterpret_cast<char*>(log.header) + place);
}

}  // namespace roar::tracer::preload
