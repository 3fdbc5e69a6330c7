#include "tracer/preload/execution.h"

#include "tracer/preload/system_call.h"

namespace roar::tracer::preload {
namespace {

char* append_descriptor_link(char* to, int fd) noexcept {
  to = append(to, Text("/proc/self/fd/"));
  to = append_number(to, static_cast<unsigned long>(fd));
  *to = '\0';
  return to;
}

}  // namespace

Execution::Execution(Spelling program, int at_flags, char* const* environment) noexcept
    : environment_(environment, way_into(program, at_flags)) {}

WayIn Execution::way_into(Spelling program, int at_flags) noexcept {
  if (!library_is_visible()) return WayIn::Nothing;
  const bool by_descriptor = program.path[0] == '\0' && program.directory >= 0;
  if (by_descriptor) append_descriptor_link(target_, program.directory);
  const FileWayIn file = by_descriptor ? way_into_file(AT_FDCWD, target_)
                                       : way_into_file(program.directory, program.path);
  if (file.way_in != WayIn::Onlooker) return file.way_in;
  const bool plain = at_flags == 0 || at_flags == AT_EMPTY_PATH;
  if (!plain || !name_target(program)) return file.otherwise;
  enter_ = enter_program(enter_path_);
  return enter_ != nullptr ? WayIn::Onlooker : file.otherwise;
}

// A path that means the program also where the descriptors that are closed on exec are gone. It
// must be executable, because it is roar-enter that would fail.
bool Execution::name_target(Spelling program) noexcept {
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
         meant.st_ino == named.st_ino && S_ISREG(named.st_mode) &&
         system_call(SYS_faccessat2, AT_FDCWD, address_of(target_), X_OK, AT_EACCESS) == 0;
}

std::size_t Execution::entries(char* const* arguments) noexcept {
  std::size_t count = 0;
  while (arguments != nullptr && arguments[count] != nullptr) ++count;
  return count + 4;
}

void Execution::enter_arguments(char* const* arguments, char** list) noexcept {
  *list++ = name_;
  *list++ = mode_;
  *list++ = target_;
  for (; arguments != nullptr && *arguments != nullptr; ++arguments) *list++ = *arguments;
  *list = nullptr;
}

}  // namespace roar::tracer::preload
