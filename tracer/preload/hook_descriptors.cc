#include <fcntl.h>
#include <stdarg.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "tracer/preload/descriptors.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global
using roar::tracer::wire::kTouchedRead;
using roar::tracer::wire::kTouchedWritten;

namespace {

// Reading nothing at the end of a file is reading: the file says that it ends there.
ssize_t was_read(int fd, ssize_t result, bool asked) {
  if (result >= 0 && asked) touch(fd, kTouchedRead);
  return result;
}

ssize_t was_written(int fd, ssize_t result) {
  if (result > 0) touch(fd, kTouchedWritten);
  return result;
}

// Makes `to` known as a second descriptor for what `from` is; returns `to`.
int duplicated(int from, int to) {
  if (to >= 0 && to != from && recording()) copy_descriptor(from, to);
  return to;
}

void close_soon(int fd) {
  if (descriptor_entry(fd) == 0) return;
  settle_descriptor(fd, true);
  forget_descriptor(fd);
}

}  // namespace

ROAR_HOOK(ssize_t, read, int fd, void* buffer, size_t size) {
  return was_read(fd, ROAR_NEXT(read)(fd, buffer, size), size > 0);
}

ROAR_HOOK(ssize_t, __read_chk, int fd, void* buffer, size_t size, size_t room) {
  return was_read(fd, ROAR_NEXT(__read_chk)(fd, buffer, size, room), size > 0);
}

ROAR_HOOK(ssize_t, pread, int fd, void* buffer, size_t size, off_t offset) {
  return was_read(fd, ROAR_NEXT(pread)(fd, buffer, size, offset), size > 0);
}

ROAR_HOOK(ssize_t, pread64, int fd, void* buffer, size_t size, off_t offset) {
  return was_read(fd, ROAR_NEXT(pread64)(fd, buffer, size, offset), size > 0);
}

ROAR_HOOK(ssize_t, __pread_chk, int fd, void* buffer, size_t size, off_t offset, size_t room) {
  return was_read(fd, ROAR_NEXT(__pread_chk)(fd, buffer, size, offset, room), size > 0);
}

ROAR_HOOK(ssize_t, __pread64_chk, int fd, void* buffer, size_t size, off_t offset, size_t room) {
  return was_read(fd, ROAR_NEXT(__pread64_chk)(fd, buffer, size, offset, room), size > 0);
}

ROAR_HOOK(ssize_t, readv, int fd, const iovec* vector, int count) {
  return was_read(fd, ROAR_NEXT(readv)(fd, vector, count), count > 0);
}

ROAR_HOOK(ssize_t, preadv, int fd, const iovec* vector, int count, off_t offset) {
  return was_read(fd, ROAR_NEXT(preadv)(fd, vector, count, offset), count > 0);
}

ROAR_HOOK(ssize_t, preadv64, int fd, const iovec* vector, int count, off_t offset) {
  return was_read(fd, ROAR_NEXT(preadv64)(fd, vector, count, offset), count > 0);
}

ROAR_HOOK(ssize_t, preadv2, int fd, const iovec* vector, int count, off_t offset, int flags) {
  return was_read(fd, ROAR_NEXT(preadv2)(fd, vector, count, offset, flags), count > 0);
}

ROAR_HOOK(ssize_t, preadv64v2, int fd, const iovec* vector, int count, off_t offset, int flags) {
  return was_read(fd, ROAR_NEXT(preadv64v2)(fd, vector, count, offset, flags), count > 0);
}

ROAR_HOOK(ssize_t, write, int fd, const void* buffer, size_t size) {
  return was_written(fd, ROAR_NEXT(write)(fd, buffer, size));
}

ROAR_HOOK(ssize_t, pwrite, int fd, const void* buffer, size_t size, off_t offset) {
  return was_written(fd, ROAR_NEXT(pwrite)(fd, buffer, size, offset));
}

ROAR_HOOK(ssize_t, pwrite64, int fd, const void* buffer, size_t size, off_t offset) {
  return was_written(fd, ROAR_NEXT(pwrite64)(fd, buffer, size, offset));
}

ROAR_HOOK(ssize_t, writev, int fd, const iovec* vector, int count) {
  return was_written(fd, ROAR_NEXT(writev)(fd, vector, count));
}

ROAR_HOOK(ssize_t, pwritev, int fd, const iovec* vector, int count, off_t offset) {
  return was_written(fd, ROAR_NEXT(pwritev)(fd, vector, count, offset));
}

ROAR_HOOK(ssize_t, pwritev64, int fd, const iovec* vector, int count, off_t offset) {
  return was_written(fd, ROAR_NEXT(pwritev64)(fd, vector, count, offset));
}

ROAR_HOOK(ssize_t, pwritev2, int fd, const iovec* vector, int count, off_t offset, int flags) {
  return was_written(fd, ROAR_NEXT(pwritev2)(fd, vector, count, offset, flags));
}

ROAR_HOOK(ssize_t, pwritev64v2, int fd, const iovec* vector, int count, off_t offset, int flags) {
  return was_written(fd, ROAR_NEXT(pwritev64v2)(fd, vector, count, offset, flags));
}

// A descriptor that is closed is of nobody even if the call reports an error (but EBADF).
ROAR_HOOK(int, close, int fd) {
  close_soon(fd);
  return ROAR_NEXT(close)(fd);
}

ROAR_HOOK(int, close_range, unsigned first, unsigned last, int flags) {
  if ((flags & (1 << 2)) == 0) release_range(first, last);  // not CLOSE_RANGE_CLOEXEC
  return ROAR_NEXT(close_range)(first, last, flags);
}

ROAR_HOOK(void, closefrom, int first) {
  release_range(first > 0 ? static_cast<unsigned>(first) : 0, ~0U);
  ROAR_NEXT(closefrom)(first);
}

ROAR_HOOK(int, dup, int fd) {
  return duplicated(fd, ROAR_NEXT(dup)(fd));
}

ROAR_HOOK(int, dup2, int fd, int to) {
  if (fd != to) settle_descriptor(to, true);
  return duplicated(fd, ROAR_NEXT(dup2)(fd, to));
}

ROAR_HOOK(int, dup3, int fd, int to, int flags) {
  if (fd != to) settle_descriptor(to, true);
  return duplicated(fd, ROAR_NEXT(dup3)(fd, to, flags));
}

ROAR_HOOK(int, fcntl, int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  const int result = ROAR_NEXT(fcntl)(fd, command, argument);
  return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? duplicated(fd, result) : result;
}

ROAR_HOOK(int, fcntl64, int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  const int result = ROAR_NEXT(fcntl64)(fd, command, argument);
  return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? duplicated(fd, result) : result;
}

namespace roar::tracer::preload {

void find_next_of_descriptors() noexcept {
  ROAR_NEXT(read);
  ROAR_NEXT(write);
  ROAR_NEXT(close);
  ROAR_NEXT(close_range);
  ROAR_NEXT(dup);
  ROAR_NEXT(dup2);
  ROAR_NEXT(dup3);
  ROAR_NEXT(fcntl);
  ROAR_NEXT(fcntl64);
}

}  // namespace roar::tracer::preload
