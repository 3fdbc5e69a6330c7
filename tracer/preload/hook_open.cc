#include <stdarg.h>
#include <sys/types.h>

#include "tracer/preload/descriptors.h"
#include "tracer/preload/facts.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/system_call.h"

using roar::tracer::preload::Covered;
using roar::tracer::preload::forget_mark;
using roar::tracer::preload::Opening;

namespace {

bool takes_mode(int flags) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

// Of a call that changes nothing, and so needs no place among those that the listener sees. libc
// hands on to the kernel what is in the register of the sixth argument, as long as it has no use
// for that: then the call is as fast as without a listener. If not, it is covered all the same.
long mark_for(int directory, const char* path, int flags) {
  constexpr int kChanges = (O_CREAT | O_TRUNC | O_TMPFILE) & ~O_DIRECTORY;
  if ((flags & O_ACCMODE) != O_RDONLY || (flags & kChanges) != 0) return 0;
  return roar::tracer::preload::own_mark(directory, roar::tracer::preload::address_of(path));
}

}  // namespace

// The mode is read from the variable arguments only where there is one, as libc does.
#define ROAR_MODE(flags)              \
  mode_t mode = 0;                    \
  if (takes_mode(flags)) {            \
    va_list arguments;                \
    va_start(arguments, flags);       \
    mode = va_arg(arguments, mode_t); \
    va_end(arguments);                \
  }

ROAR_HOOK(int, open, const char* path, int flags, ...) {
  ROAR_MODE(flags)
  const Opening opening({AT_FDCWD, path}, flags);
  const int fd = ROAR_NEXT(open)(path, flags, mode, 0L, 0L, mark_for(AT_FDCWD, path, flags));
  forget_mark();
  opening.done(fd);
  return fd;
}

ROAR_HOOK(int, open64, const char* path, int flags, ...) {
  ROAR_MODE(flags)
  const Opening opening({AT_FDCWD, path}, flags);
  const int fd = ROAR_NEXT(open64)(path, flags, mode, 0L, 0L, mark_for(AT_FDCWD, path, flags));
  forget_mark();
  opening.done(fd);
  return fd;
}

ROAR_HOOK(int, openat, int directory, const char* path, int flags, ...) {
  ROAR_MODE(flags)
  const Opening opening({directory, path}, flags);
  const int fd =
      ROAR_NEXT(openat)(directory, path, flags, mode, 0L, mark_for(directory, path, flags));
  forget_mark();
  opening.done(fd);
  return fd;
}

ROAR_HOOK(int, openat64, int directory, const char* path, int flags, ...) {
  ROAR_MODE(flags)
  const Opening opening({directory, path}, flags);
  const int fd =
      ROAR_NEXT(openat64)(directory, path, flags, mode, 0L, mark_for(directory, path, flags));
  forget_mark();
  opening.done(fd);
  return fd;
}

ROAR_HOOK(int, __open_2, const char* path, int flags) {
  const Opening opening({AT_FDCWD, path}, flags);
  const int fd = ROAR_NEXT(__open_2)(path, flags);
  opening.done(fd);
  return fd;
}

ROAR_HOOK(int, __open64_2, const char* path, int flags) {
  const Opening opening({AT_FDCWD, path}, flags);
  const int fd = ROAR_NEXT(__open64_2)(path, flags);
  opening.done(fd);
  return fd;
}

ROAR_HOOK(int, __openat_2, int directory, const char* path, int flags) {
  const Opening opening({directory, path}, flags);
  const int fd = ROAR_NEXT(__openat_2)(directory, path, flags);
  opening.done(fd);
  return fd;
}

ROAR_HOOK(int, __openat64_2, int directory, const char* path, int flags) {
  const Opening opening({directory, path}, flags);
  const int fd = ROAR_NEXT(__openat64_2)(directory, path, flags);
  opening.done(fd);
  return fd;
}

namespace {

constexpr int kCreatFlags = O_CREAT | O_WRONLY | O_TRUNC;

}  // namespace

ROAR_HOOK(int, creat, const char* path, mode_t mode) {
  const Opening opening({AT_FDCWD, path}, kCreatFlags);
  const int fd = ROAR_NEXT(creat)(path, mode);
  opening.done(fd);
  return fd;
}

ROAR_HOOK(int, creat64, const char* path, mode_t mode) {
  const Opening opening({AT_FDCWD, path}, kCreatFlags);
  const int fd = ROAR_NEXT(creat64)(path, mode);
  opening.done(fd);
  return fd;
}

namespace {

// The name is known only afterwards, and was free.
int opened_new(char* name, int flags, int fd) {
  if (fd < 0) return fd;
  Opening::created({AT_FDCWD, name}, flags | O_CREAT | O_EXCL | O_RDWR, fd);
  return fd;
}

}  // namespace

ROAR_HOOK(int, mkstemp, char* name) {
  const Covered covered(name);
  return opened_new(name, 0, ROAR_NEXT(mkstemp)(name));
}

ROAR_HOOK(int, mkstemp64, char* name) {
  const Covered covered(name);
  return opened_new(name, 0, ROAR_NEXT(mkstemp64)(name));
}

ROAR_HOOK(int, mkostemp, char* name, int flags) {
  const Covered covered(name);
  return opened_new(name, flags, ROAR_NEXT(mkostemp)(name, flags));
}

ROAR_HOOK(int, mkostemp64, char* name, int flags) {
  const Covered covered(name);
  return opened_new(name, flags, ROAR_NEXT(mkostemp64)(name, flags));
}

ROAR_HOOK(int, mkstemps, char* name, int suffix) {
  const Covered covered(name);
  return opened_new(name, 0, ROAR_NEXT(mkstemps)(name, suffix));
}

ROAR_HOOK(int, mkstemps64, char* name, int suffix) {
  const Covered covered(name);
  return opened_new(name, 0, ROAR_NEXT(mkstemps64)(name, suffix));
}

ROAR_HOOK(int, mkostemps, char* name, int suffix, int flags) {
  const Covered covered(name);
  return opened_new(name, flags, ROAR_NEXT(mkostemps)(name, suffix, flags));
}

ROAR_HOOK(int, mkostemps64, char* name, int suffix, int flags) {
  const Covered covered(name);
  return opened_new(name, flags, ROAR_NEXT(mkostemps64)(name, suffix, flags));
}

// Which file it is shows when it is open.
ROAR_HOOK(int, open_by_handle_at, int mount, struct file_handle* handle, int flags) {
  const bool active = roar::tracer::preload::recording();
  const Covered covered(nullptr);
  const int fd = ROAR_NEXT(open_by_handle_at)(mount, handle, flags);
  const roar::tracer::preload::KeepErrno keep;
  if (active && fd >= 0) roar::tracer::preload::adopt(fd, 0);
  return fd;
}
