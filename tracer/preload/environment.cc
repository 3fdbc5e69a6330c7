#include "tracer/preload/environment.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include "tracer/preload/hook.h"
#include "tracer/preload/system_call.h"
#include "tracer/wire.h"

#pragma weak __environ

namespace roar::tracer::preload {
namespace {

// Few pages are touched if these are short; a library or a log further away is not supported.
constexpr std::size_t kLongestPath = 1000;
constexpr Text kPreload = "LD_PRELOAD=";

struct Remembered {
  char library[kLongestPath];  // as in LD_PRELOAD
  std::size_t library_size;
  char log[kLongestPath];  // the whole "VARIABLE=path"
  std::size_t log_size;
};
constinit Remembered remembered{};

bool is_log_variable(const char* entry) noexcept {
  const Text name = text_of(wire::kLogVariable);
  return starts_with(entry, name) && entry[name.size] == '=';
}

constexpr bool is_separator(char byte) noexcept {
  return byte == ':' || byte == ' ';
}

// Whether the list names us; with `rest`, copies it without us and returns through `rest` its end.
bool list_names_us(const char* list, char** rest) noexcept {
  bool found = false;
  bool any = false;
  while (*list != '\0') {
    if (is_separator(*list)) {
      ++list;
      continue;
    }
    std::size_t size = 0;
    while (list[size] != '\0' && !is_separator(list[size])) ++size;
    if (size == remembered.library_size && equal(list, remembered.library, size)) {
      found = true;
    } else if (rest != nullptr) {
      if (any) *(*rest)++ = ':';
      *rest = append(*rest, {list, size});
      any = true;
    }
    list += size;
  }
  return found;
}

extern "C" __attribute__((visibility("hidden"))) const char __ehdr_start[];  // NOLINT

int find_ourselves(dl_phdr_info* info, std::size_t, void*) noexcept {
  if (info->dlpi_addr != reinterpret_cast<std::uintptr_t>(__ehdr_start)) return 0;
  const Text name = text_of(info->dlpi_name);
  if (name.size < sizeof(remembered.library)) {
    append(remembered.library, name);
    remembered.library_size = name.size;
  }
  return 1;
}

// Reads the beginning of a program; returns how much.
std::size_t read_head(int directory, const char* path, char* head, std::size_t size) noexcept {
  const long fd = system_call(SYS_openat, directory, address_of(path),
                              O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return 0;
  const long got = system_call(SYS_pread64, fd, address_of(head), static_cast<long>(size), 0);
  system_call(SYS_close, fd);
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace

char** program_environment() noexcept {
  return &__environ != nullptr ? __environ : nullptr;
}

const char* remember_environment(char** environment) noexcept {
  const auto iterate = phdr_iterator();
  if (iterate == nullptr) return nullptr;
  for (; *environment != nullptr; ++environment) {
    if (!is_log_variable(*environment)) continue;
    const Text entry = text_of(*environment);
    if (entry.size >= sizeof(remembered.log)) return nullptr;
    iterate(find_ourselves, nullptr);
    if (remembered.library_size == 0) return nullptr;
    append(remembered.log, entry);
    remembered.log_size = entry.size;
    return remembered.log + text_of(wire::kLogVariable).size + 1;
  }
  return nullptr;
}

EnvironmentPlan::EnvironmentPlan(char* const* environment, bool enterable) noexcept
    : environment_(environment), enterable_(enterable) {
  for (; environment != nullptr && *environment != nullptr; ++environment, ++entries_) {
    if (preload_ == nullptr && starts_with(*environment, kPreload))
      preload_ = *environment + kPreload.size;
    if (is_log_variable(*environment)) has_log_ = true;
  }
  const bool named = preload_ != nullptr && list_names_us(preload_, nullptr);
  unchanged_ = enterable_ ? named && has_log_ : !named;
  if (unchanged_) return;
  entries_ += 2;
  bytes_ = kPreload.size + remembered.library_size + 2 + remembered.log_size + 1;
  if (preload_ != nullptr) bytes_ += length_of(preload_) + 1;
}

void EnvironmentPlan::build(char** list, char* bytes) const noexcept {
  char* entry = bytes;
  char* end = append(bytes, kPreload);
  if (enterable_) end = append(end, {remembered.library, remembered.library_size});
  if (preload_ != nullptr) {
    if (enterable_ && *preload_ != '\0') *end++ = ':';
    list_names_us(preload_, &end);
  }
  const bool keep_entry = static_cast<std::size_t>(end - entry) > kPreload.size;
  *end++ = '\0';
  bool placed = false;
  char* const* from = environment_;
  for (; from != nullptr && *from != nullptr; ++from) {
    if (preload_ != nullptr && *from + kPreload.size == preload_) {
      if (keep_entry) *list++ = entry;
      placed = true;
    } else {
      *list++ = *from;
    }
  }
  if (!placed && keep_entry) *list++ = entry;
  if (enterable_ && !has_log_) {
    *list++ = end;
    end = append(end, {remembered.log, remembered.log_size});
    *end = '\0';
  }
  *list = nullptr;
}

bool environment_is_complete() noexcept {
  return EnvironmentPlan(program_environment(), true).unchanged();
}

bool can_enter(int directory, const char* path) noexcept {
  if (system_call(SYS_faccessat, AT_FDCWD, address_of(remembered.library), R_OK) != 0) return false;
  char head[256] = {};
  std::size_t size = read_head(directory, path, head, sizeof(head) - 1);
  for (int depth = 0; depth < 4 && size > 2 && head[0] == '#' && head[1] == '!'; ++depth) {
    head[size] = '\0';
    char* interpreter = head + 2;
    while (*interpreter == ' ' || *interpreter == '\t') ++interpreter;
    char* end = interpreter;
    while (*end != '\0' && *end != ' ' && *end != '\t' && *end != '\n') ++end;
    *end = '\0';
    size = read_head(AT_FDCWD, interpreter, head, sizeof(head) - 1);
  }
  const bool elf = size > EI_CLASS && equal(head, ELFMAG, SELFMAG);
  return !elf || head[EI_CLASS] == ELFCLASS64;
}

}  // namespace roar::tracer::preload
