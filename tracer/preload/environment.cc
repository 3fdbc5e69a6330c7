#include "tracer/preload/environment.h"

#include <dlfcn.h>
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
constexpr Text kEnterName = "roar-enter";

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

EnvironmentPlan::EnvironmentPlan(char* const* environment, WayIn way_in) noexcept
    : environment_(environment), way_in_(way_in) {
  for (; environment != nullptr && *environment != nullptr; ++environment, ++entries_) {
    if (preload_ == nullptr && starts_with(*environment, kPreload))
      preload_ = *environment + kPreload.size;
    if (is_log_variable(*environment)) has_log_ = true;
  }
  const bool named = preload_ != nullptr && list_names_us(preload_, nullptr);
  unchanged_ = named == (way_in == WayIn::Library) && (has_log_ || way_in == WayIn::Nothing);
  if (unchanged_) return;
  entries_ += 2;
  bytes_ = kPreload.size + remembered.library_size + 2 + remembered.log_size + 1;
  if (preload_ != nullptr) bytes_ += length_of(preload_) + 1;
}

void EnvironmentPlan::build(char** list, char* bytes) const noexcept {
  char* entry = bytes;
  char* end = append(bytes, kPreload);
  const bool enterable = way_in_ == WayIn::Library;
  if (enterable) end = append(end, {remembered.library, remembered.library_size});
  if (preload_ != nullptr) {
    if (enterable && *preload_ != '\0') *end++ = ':';
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
  if (way_in_ != WayIn::Nothing && !has_log_) {
    *list++ = end;
    end = append(end, {remembered.log, remembered.log_size});
    *end = '\0';
  }
  *list = nullptr;
}

bool environment_is_complete() noexcept {
  return EnvironmentPlan(program_environment(), WayIn::Library).unchanged();
}

bool library_is_visible() noexcept {
  return system_call(SYS_faccessat, AT_FDCWD, address_of(remembered.library), R_OK) == 0;
}

const char* enter_program(char* buffer) noexcept {
  static_assert(kEnterBytes > kLongestPath + kEnterName.size);
  std::size_t size = remembered.library_size;
  while (size > 0 && remembered.library[size - 1] != '/') --size;
  *append(append(buffer, {remembered.library, size}), kEnterName) = '\0';
  return system_call(SYS_faccessat, AT_FDCWD, address_of(buffer), X_OK) == 0 ? buffer : nullptr;
}

}  // namespace roar::tracer::preload
