#include <linux/aio_abi.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "tracer/preload/exec.h"
#include "tracer/preload/facts.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"
#include "tracer/preload/system_call.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global
namespace wire = roar::tracer::wire;

// A system call made by its number is the same fact as the function of libc. Where that function
// may be cancelled, which syscall(2) never is, the call is made here and only the fact is shared.

extern "C" {
int hook_chdir(const char*) __asm__("chdir");
int hook_chroot(const char*) __asm__("chroot");
int hook_dup(int) __asm__("dup");
int hook_dup2(int, int) __asm__("dup2");
int hook_dup3(int, int, int) __asm__("dup3");
void hook_exit(int) __asm__("_exit");
int hook_fchdir(int) __asm__("fchdir");
int hook_ftruncate(int, off_t) __asm__("ftruncate");
int hook_link(const char*, const char*) __asm__("link");
int hook_linkat(int, const char*, int, const char*, int) __asm__("linkat");
int hook_rename(const char*, const char*) __asm__("rename");
int hook_renameat(int, const char*, int, const char*) __asm__("renameat");
int hook_renameat2(int, const char*, int, const char*, unsigned) __asm__("renameat2");
int hook_rmdir(const char*) __asm__("rmdir");
int hook_symlink(const char*, const char*) __asm__("symlink");
int hook_symlinkat(const char*, int, const char*) __asm__("symlinkat");
int hook_truncate(const char*, off_t) __asm__("truncate");
int hook_unlink(const char*) __asm__("unlink");
int hook_unlinkat(int, const char*, int) __asm__("unlinkat");
int hook_unshare(int) __asm__("unshare");
void* hook_mmap(void*, size_t, int, int, int, off_t) __asm__("mmap");
}

extern "C" __attribute__((visibility("default"))) long hook_syscall(long number,
                                                                    ...) __asm__("syscall");

namespace {

constinit Next<decltype(&hook_syscall)> next_syscall{};

struct Call {
  long number;
  long arguments[6];

  int integer(int index) const { return static_cast<int>(arguments[index]); }
  std::size_t size(int index) const { return static_cast<std::size_t>(arguments[index]); }
  template <typename T = const char>
  T* pointer(int index) const {
    return pointer_to<T>(arguments[index]);
  }
  long make() const {
    return ROAR_NEXT(syscall)(number, arguments[0], arguments[1], arguments[2], arguments[3],
                              arguments[4], arguments[5]);
  }
};

long open_by_number(const Call& call, Spelling spelling, int flags) {
  const Opening opening(spelling, flags);
  const long fd = call.make();
  opening.done(static_cast<int>(fd));
  return fd;
}

bool is_opening(const Call& call, Spelling& spelling, int& flags) {
  switch (call.number) {
    case SYS_open:
      spelling = {AT_FDCWD, call.pointer(0)};
      flags = call.integer(1);
      return true;
    case SYS_creat:
      spelling = {AT_FDCWD, call.pointer(0)};
      flags = O_CREAT | O_WRONLY | O_TRUNC;
      return true;
    case SYS_openat:
      spelling = {call.integer(0), call.pointer(1)};
      flags = call.integer(2);
      return true;
    case SYS_openat2:
      spelling = {call.integer(0), call.pointer(1)};
      flags = call.size(3) >= sizeof(open_how) && call.pointer<open_how>(2) != nullptr
                  ? static_cast<int>(call.pointer<const open_how>(2)->flags)
                  : 0;
      return true;
    default:
      return false;
  }
}

// Calls on names and on the process, none of which can be cancelled. Leaves `result` alone and
// returns false for others.
bool forward(const Call& call, long& result) {
  switch (call.number) {
    case SYS_chdir:
      result = hook_chdir(call.pointer(0));
      return true;
    case SYS_fchdir:
      result = hook_fchdir(call.integer(0));
      return true;
    case SYS_chroot:
      result = hook_chroot(call.pointer(0));
      return true;
    case SYS_unshare:
      result = hook_unshare(call.integer(0));
      return true;
    case SYS_rename:
      result = hook_rename(call.pointer(0), call.pointer(1));
      return true;
    case SYS_renameat:
      result = hook_renameat(call.integer(0), call.pointer(1), call.integer(2), call.pointer(3));
      return true;
    case SYS_renameat2:
      result = hook_renameat2(call.integer(0), call.pointer(1), call.integer(2), call.pointer(3),
                              static_cast<unsigned>(call.integer(4)));
      return true;
    case SYS_link:
      result = hook_link(call.pointer(0), call.pointer(1));
      return true;
    case SYS_linkat:
      result = hook_linkat(call.integer(0), call.pointer(1), call.integer(2), call.pointer(3),
                           call.integer(4));
      return true;
    case SYS_symlink:
      result = hook_symlink(call.pointer(0), call.pointer(1));
      return true;
    case SYS_symlinkat:
      result = hook_symlinkat(call.pointer(0), call.integer(1), call.pointer(2));
      return true;
    case SYS_unlink:
      result = hook_unlink(call.pointer(0));
      return true;
    case SYS_unlinkat:
      result = hook_unlinkat(call.integer(0), call.pointer(1), call.integer(2));
      return true;
    case SYS_rmdir:
      result = hook_rmdir(call.pointer(0));
      return true;
    default:
      return false;
  }
}

bool forward_descriptor(const Call& call, long& result) {
  switch (call.number) {
    case SYS_truncate:
      result = hook_truncate(call.pointer(0), call.arguments[1]);
      return true;
    case SYS_ftruncate:
      result = hook_ftruncate(call.integer(0), call.arguments[1]);
      return true;
    case SYS_dup:
      result = hook_dup(call.integer(0));
      return true;
    case SYS_dup2:
      result = hook_dup2(call.integer(0), call.integer(1));
      return true;
    case SYS_dup3:
      result = hook_dup3(call.integer(0), call.integer(1), call.integer(2));
      return true;
    case SYS_mmap:
      result = static_cast<long>(reinterpret_cast<std::uintptr_t>(
          hook_mmap(call.pointer<void>(0), call.size(1), call.integer(2), call.integer(3),
                    call.integer(4), call.arguments[5])));
      return true;
    case SYS_execve:
      result = execute({AT_FDCWD, call.pointer(0)}, call.pointer<char* const>(1),
                       call.pointer<char* const>(2), 0);
      return true;
    case SYS_execveat:
      result = execute({call.integer(0), call.pointer(1)}, call.pointer<char* const>(2),
                       call.pointer<char* const>(3), call.integer(4));
      return true;
    case SYS_exit_group:
      hook_exit(call.integer(0));
      return true;
    default:
      return false;
  }
}

void note_transfer(const Call& call, long result) {
  switch (call.number) {
    case SYS_read:
    case SYS_pread64:
    case SYS_readv:
    case SYS_preadv:
    case SYS_preadv2:
      if (result >= 0 && call.arguments[2] != 0) touch(call.integer(0), wire::kTouchedRead);
      break;
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_pwritev:
    case SYS_pwritev2:
      if (result > 0) touch(call.integer(0), wire::kTouchedWritten);
      break;
    case SYS_fallocate:
      if (result == 0) touch(call.integer(0), wire::kTouchedTruncated);
      break;
    case SYS_sendfile:
      if (result > 0) touch(call.integer(0), wire::kTouchedWritten);
      if (result >= 0) touch(call.integer(1), wire::kTouchedRead);
      break;
    case SYS_copy_file_range:
    case SYS_splice:
      if (result > 0) touch(call.integer(2), wire::kTouchedWritten);
      if (result >= 0) touch(call.integer(0), wire::kTouchedRead);
      break;
    case SYS_io_submit:
      requests_submitted(call.pointer<const iocb* const>(2), result);
      break;
    default:
      break;
  }
}

void note_before(const Call& call) {
  switch (call.number) {
    case SYS_close:
      settle_descriptor(call.integer(0), true);
      forget_descriptor(call.integer(0));
      break;
    case SYS_close_range:
      if ((call.integer(2) & (1 << 2)) == 0)
        release_range(static_cast<unsigned>(call.integer(0)),
                      static_cast<unsigned>(call.integer(1)));
      break;
    case SYS_io_uring_setup:
      if (recording() && !net_is_on()) record_gap("io-uring", nullptr);
      break;
    case SYS_mount:
    case SYS_move_mount:
    case SYS_pivot_root:
      if (recording() && !withdraw()) record_gap("other-mounts", nullptr);
      break;
    case SYS_clone:
      note_clone(static_cast<unsigned long>(call.arguments[0]));
      break;
    case SYS_clone3:
      if (call.size(1) >= sizeof(std::uint64_t)) note_clone(*call.pointer<const std::uint64_t>(0));
      break;
    default:
      break;
  }
}

}  // namespace

extern "C" long hook_syscall(long number, ...) {
  Call call;
  call.number = number;
  va_list arguments;
  va_start(arguments, number);
  for (long& argument : call.arguments) argument = va_arg(arguments, long);
  va_end(arguments);
  Spelling spelling{};
  int flags = 0;
  if (is_opening(call, spelling, flags)) return open_by_number(call, spelling, flags);
  long result = 0;
  if (forward(call, result) || forward_descriptor(call, result)) return result;
  note_before(call);
  result = call.make();
  note_transfer(call, result);
  return result;
}
