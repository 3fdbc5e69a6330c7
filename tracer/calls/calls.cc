#include "tracer/calls/calls.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>

namespace roar::tracer {
namespace {

#if !defined(__x86_64__)
#error "the calls are those of x86-64"
#endif

// The numbers of i386 are not in our headers; like all system call numbers, they never change.
constexpr std::array kCalls = {
    Call{.operation = Operation::Open,
         .number = SYS_openat,
         .number_i386 = 295,
         .directory = 0,
         .path = 1,
         .flags = 2},
    Call{.operation = Operation::Open, .number = SYS_open, .number_i386 = 5, .path = 0, .flags = 1},
    Call{.operation = Operation::Open,
         .number = SYS_openat2,
         .number_i386 = 437,
         .directory = 0,
         .path = 1,
         .flags = 2,
         .flags_in_memory = true},
    Call{.operation = Operation::Open,
         .number = SYS_creat,
         .number_i386 = 8,
         .path = 0,
         .fixed_flags = O_WRONLY | O_CREAT | O_TRUNC},
    Call{.operation = Operation::Rename,
         .number = SYS_rename,
         .number_i386 = 38,
         .path = 0,
         .path2 = 1},
    Call{.operation = Operation::Rename,
         .number = SYS_renameat,
         .number_i386 = 302,
         .directory = 0,
         .path = 1,
         .directory2 = 2,
         .path2 = 3},
    Call{.operation = Operation::Rename,
         .number = SYS_renameat2,
         .number_i386 = 353,
         .directory = 0,
         .path = 1,
         .directory2 = 2,
         .path2 = 3,
         .flags = 4},
    Call{.operation = Operation::Link, .number = SYS_link, .number_i386 = 9, .path = 0, .path2 = 1},
    Call{.operation = Operation::Link,
         .number = SYS_linkat,
         .number_i386 = 303,
         .directory = 0,
         .path = 1,
         .directory2 = 2,
         .path2 = 3,
         .flags = 4},
    Call{.operation = Operation::Symlink, .number = SYS_symlink, .number_i386 = 83, .path2 = 1},
    Call{.operation = Operation::Symlink,
         .number = SYS_symlinkat,
         .number_i386 = 304,
         .directory2 = 1,
         .path2 = 2},
    Call{.operation = Operation::Unlink, .number = SYS_unlink, .number_i386 = 10, .path = 0},
    Call{.operation = Operation::Unlink,
         .number = SYS_unlinkat,
         .number_i386 = 301,
         .directory = 0,
         .path = 1,
         .flags = 2},
    Call{.operation = Operation::Unlink,
         .number = SYS_rmdir,
         .number_i386 = 40,
         .path = 0,
         .fixed_flags = AT_REMOVEDIR},
    Call{.operation = Operation::Truncate,
         .number = SYS_truncate,
         .number_i386 = 92,
         .path = 0,
         .flags = 1},
    Call{.operation = Operation::Truncate,
         .number = -1,
         .number_i386 = 193,
         .path = 0,
         .fixed_flags = 1},
    Call{.operation = Operation::Execute, .number = SYS_execve, .number_i386 = 11, .path = 0},
    Call{.operation = Operation::Execute,
         .number = SYS_execveat,
         .number_i386 = 358,
         .directory = 0,
         .path = 1,
         .flags = 4},
    Call{.operation = Operation::OpenByHandle,
         .number = SYS_open_by_handle_at,
         .number_i386 = 342,
         .flags = 2},
    Call{.operation = Operation::SetUpIoUring, .number = SYS_io_uring_setup, .number_i386 = 425},
    Call{.operation = Operation::ChangeRoot, .number = SYS_chroot, .number_i386 = 61, .path = 0},
    Call{.operation = Operation::ChangeRoot, .number = SYS_pivot_root, .number_i386 = 217},
    Call{.operation = Operation::Mount, .number = SYS_mount, .number_i386 = 21, .flags = 3},
    Call{.operation = Operation::Mount, .number = SYS_move_mount, .number_i386 = 429},
    Call{.operation = Operation::Trace, .number = SYS_ptrace, .number_i386 = 26},
};

}  // namespace

std::span<const Call> traced_calls() noexcept {
  return kCalls;
}

const Call* call_of(std::uint32_t architecture, std::uint64_t number) noexcept {
  const auto is_it = [&](const Call& call) {
    const std::int32_t expected = architecture == AUDIT_ARCH_X86_64 ? call.number
                                  : architecture == AUDIT_ARCH_I386 ? call.number_i386
                                                                    : -1;
    return expected >= 0 && static_cast<std::uint64_t>(expected) == number;
  };
  const auto* found = std::find_if(kCalls.begin(), kCalls.end(), is_it);
  return found == kCalls.end() ? nullptr : found;
}

}  // namespace roar::tracer
