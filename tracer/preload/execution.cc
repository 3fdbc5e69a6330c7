#include "tracer/preload/execution.h"

#include <errno.h>

#include "tracer/preload/net.h"
#include "tracer/preload/system_call.h"

namespace roar::tracer::preload {
namespace {

char* append_descriptor_link(char* to, int fd) noexcept {
  to = append(to, Text("/proc/self/fd/"));
  to = append_number(to, static_cast<unsigned long>(fd));
  *to = '\0';
  return to;
}

std::size_t bytes_of(char* const* strings) noexcept {
  std::size_t bytes = 0;
  for (; strings != nullptr && *strings != nullptr; ++strings)
    bytes += length_of(*strings) + 1 + sizeof(char*);
  return bytes;
}

// Asks the kernel to execute the file with arguments that cannot be read: it opens the file first,
// and says what it has against it, such as that somebody is writing to it.
bool can_be_executed(const char* path) noexcept {
  constexpr long kNowhere = -4096;  // the kernel's own, in every process
  return own_call(SYS_execve, address_of(path), kNowhere, 0) == -EFAULT;
}

}  // namespace

FileWayIn way_into(Spelling program, int at_flags) noexcept {
  if (!library_is_visible()) return {WayIn::Nothing, WayIn::Nothing};
  FileWayIn file{};
  if (program.path[0] == '\0' && program.directory >= 0) {
    char link[64];
    append_descriptor_link(link, program.directory);
    file = way_into_file(AT_FDCWD, link);
  } else {
    file = way_into_file(program.directory, program.path);
  }
  const bool plain = at_flags == 0 || at_flags == AT_EMPTY_PATH;
  if (file.way_in == WayIn::Onlooker && !plain) file.way_in = file.otherwise;
  return file;
}

bool Entering::prepare(Spelling program, char* const* arguments,
                       char* const* environment) noexcept {
  // Far below what the kernel takes: roar-enter must not be what makes it too much.
  constexpr std::size_t kMostBytes = std::size_t{512} * 1024;
  return bytes_of(arguments) + bytes_of(environment) <= kMostBytes && name_target(program) &&
         enter_program(program_) != nullptr;
}

// A path that means the program also where the descriptors that are closed on exec are gone. It
// must be executable, because it is roar-enter that would fail.
bool Entering::name_target(Spelling program) noexcept {
  const std::size_t length = length_of(program.path);
  if (length >= kDirectoryBytes) return false;
  char* end = target_;
  if (program.directory != AT_FDCWD && program.path[0] != '/') {
    char link[64];
    append_descriptor_link(link, program.directory);
    const long got = system_call(SYS_readlink, address_of(link), address_of(target_),
                                 static_cast<long>(kDirectoryBytes - length - 1));
    if (got <= 0) return false;
    end += got;
    if (length > 0) *end++ = '/';
  }
  *append(end, {program.path, length}) = '\0';
  struct stat meant {};
  struct stat named {};
  const int at_flags = length == 0 ? AT_EMPTY_PATH : 0;
  return stat_path(program.directory, program.path, meant, at_flags) &&
         stat_path(AT_FDCWD, target_, named) && meant.st_dev == named.st_dev &&
         meant.st_ino == named.st_ino && can_be_executed(target_);
}

std::size_t Entering::entries(char* const* arguments) noexcept {
  std::size_t count = 0;
  while (arguments != nullptr && arguments[count] != nullptr) ++count;
  return count + 4;
}

void Entering::write_arguments(char* const* arguments, char** list) noexcept {
  *list++ = name_;
  *list++ = mode_;
  *list++ = target_;
  for (; arguments != nullptr && *arguments != nullptr; ++arguments) *list++ = *arguments;
  *list = nullptr;
}

}  // namespace roar::tracer::preload
