#include <alloca.h>
#include <stdarg.h>

#include "tracer/preload/environment.h"
#include "tracer/preload/exec.h"
#include "tracer/preload/hook.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global

// Collects the arguments of a call into `list`; in the caller's frame, since there is no other
// memory.
#define ROAR_LIST(first)                                                  \
  va_list arguments;                                                      \
  std::size_t count = 1;                                                  \
  va_start(arguments, first);                                             \
  while (va_arg(arguments, char*) != nullptr) ++count;                    \
  va_end(arguments);                                                      \
  auto** list = static_cast<char**>(alloca((count + 1) * sizeof(char*))); \
  va_start(arguments, first);                                             \
  list[0] = first;                                                        \
  for (std::size_t i = 1; i <= count; ++i) list[i] = va_arg(arguments, char*);

ROAR_HOOK(int, execl, const char* path, char* first, ...) {
  ROAR_LIST(first)
  va_end(arguments);
  return execute({AT_FDCWD, path}, list, program_environment(), 0);
}

ROAR_HOOK(int, execlp, const char* file, char* first, ...) {
  ROAR_LIST(first)
  va_end(arguments);
  return execute_found(file, list, program_environment());
}

ROAR_HOOK(int, execle, const char* path, char* first, ...) {
  ROAR_LIST(first)
  char** environment = va_arg(arguments, char**);
  va_end(arguments);
  return execute({AT_FDCWD, path}, list, environment, 0);
}
