#include <dirent.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/types.h>
#include <unistd.h>

#include "tracer/preload/descriptors.h"
#include "tracer/preload/facts.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"
#include "tracer/preload/system_call.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global
using roar::tracer::wire::Kind;

#pragma weak dirfd

namespace {

void changed_directory() {
  if (!recording()) return;
  directory_changed();
  char buffer[kDirectoryBytes];
  Fact fact = fact_of(Kind::Cwd);
  fact.path = directory_of({AT_FDCWD, ""}, buffer);
  write_fact(fact);
}

DIR* listed(const char* path, DIR* stream) {
  if (!recording() || dirfd == nullptr) return stream;
  const KeepErrno keep;
  if (stream == nullptr) {
    if (path != nullptr && (errno == ENOENT || errno == ENOTDIR)) record_absent({AT_FDCWD, path});
    return stream;
  }
  const int fd = dirfd(stream);
  if (descriptor_entry(fd) == 0) ignore_descriptor(fd);  // opened inside libc
  record_listed(fd);
  return stream;
}

// libc opens it by itself.
void list_path(Spelling spelling, int result) {
  if (!recording()) return;
  const KeepErrno keep;
  if (result < 0) {
    if (errno == ENOENT || errno == ENOTDIR) record_absent(spelling);
    return;
  }
  const long fd = own_call(SYS_openat, spelling.directory, address_of(spelling.path),
                           O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  record_listed(static_cast<int>(fd));
  system_call(SYS_close, fd);
}

using Filter = int (*)(const void*);
using Order = int (*)(const void*, const void*);

}  // namespace

ROAR_HOOK(int, chdir, const char* path) {
  const int result = ROAR_NEXT(chdir)(path);
  if (result == 0) changed_directory();
  return result;
}

ROAR_HOOK(int, fchdir, int fd) {
  const int result = ROAR_NEXT(fchdir)(fd);
  if (result == 0) changed_directory();
  return result;
}

ROAR_HOOK(int, chroot, const char* path) {
  const bool active = recording() && !withdraw();
  if (active) record_gap("chroot", path);
  const int result = ROAR_NEXT(chroot)(path);
  if (active && result == 0) {
    forget_directories();
    changed_directory();
  }
  return result;
}

ROAR_HOOK(int, mount, const char* source, const char* target, const char* type, unsigned long flags,
          const void* data) {
  constexpr unsigned long kNoNewNames =
      MS_REMOUNT | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE;
  const bool active = (flags & kNoNewNames) == 0 && recording() && !withdraw();
  const int result = ROAR_NEXT(mount)(source, target, type, flags, data);
  if (result == 0 && active) record_gap("other-mounts", nullptr);
  return result;
}

ROAR_HOOK(int, unshare, int flags) {
  const int result = ROAR_NEXT(unshare)(flags);
  if (result == 0 && (flags & (CLONE_FS | CLONE_NEWNS)) != 0 && recording()) directories_diverge();
  if (result == 0 && (flags & CLONE_FILES) != 0) note_clone(CLONE_VM);
  return result;
}

ROAR_HOOK(DIR*, opendir, const char* path) {
  const Covered covered(path);
  return listed(path, ROAR_NEXT(opendir)(path));
}

ROAR_HOOK(DIR*, fdopendir, int fd) {
  return listed(nullptr, ROAR_NEXT(fdopendir)(fd));
}

ROAR_HOOK(int, closedir, DIR* stream) {
  if (stream != nullptr && dirfd != nullptr) forget_descriptor(dirfd(stream));
  return ROAR_NEXT(closedir)(stream);
}

ROAR_HOOK(int, scandir, const char* path, void* list, Filter filter, Order order) {
  const Covered covered(path);
  const int result = ROAR_NEXT(scandir)(path, list, filter, order);
  list_path({AT_FDCWD, path}, result);
  return result;
}

ROAR_HOOK(int, scandir64, const char* path, void* list, Filter filter, Order order) {
  const Covered covered(path);
  const int result = ROAR_NEXT(scandir64)(path, list, filter, order);
  list_path({AT_FDCWD, path}, result);
  return result;
}

ROAR_HOOK(int, scandirat, int directory, const char* path, void* list, Filter filter, Order order) {
  const Covered covered(path);
  const int result = ROAR_NEXT(scandirat)(directory, path, list, filter, order);
  list_path({directory, path}, result);
  return result;
}

ROAR_HOOK(int, scandirat64, int directory, const char* path, void* list, Filter filter,
          Order order) {
  const Covered covered(path);
  const int result = ROAR_NEXT(scandirat64)(directory, path, list, filter, order);
  list_path({directory, path}, result);
  return result;
}

ROAR_HOOK(ssize_t, getdents64, int fd, void* buffer, size_t size) {
  const ssize_t result = ROAR_NEXT(getdents64)(fd, buffer, size);
  if (result > 0 && recording()) record_listed(fd);
  return result;
}
