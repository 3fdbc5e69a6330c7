#pragma once

// System calls without libc: they leave errno alone and no other preloaded library sees them. Only
// for what we look at ourselves; what the program asked for goes through the next definition of
// the function that it called (hook.h).

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace roar::tracer::preload {

#ifndef __x86_64__
#error "the preload library is written for x86-64"
#endif

// Returns what the kernel returned: -errno on failure.
// NOLINTNEXTLINE(readability-function-size): a system call has six arguments
inline long system_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                        long f = 0) noexcept {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

// One of at most four arguments, with `last` in the place of the sixth, where it does not stay: the
// next call may be somebody else's.
inline long marked_system_call(long number, long a, long b, long c, long d, long last) noexcept {
  long result;
  register long r10 __asm__("r10") = d;
  register long r9 __asm__("r9") = last;
  __asm__ volatile("syscall\n\txorl %%r9d, %%r9d"
                   : "=a"(result), "+r"(r9)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                   : "rcx", "r11", "memory", "cc");
  return result;
}

// The kernel returns addresses as numbers.
template <typename T>
T* pointer_to(long address) noexcept {
  return std::bit_cast<T*>(address);
}

inline long address_of(const void* pointer) noexcept {
  return static_cast<long>(reinterpret_cast<std::uintptr_t>(pointer));
}

inline bool stat_descriptor(int fd, struct stat& status) noexcept {
  return system_call(SYS_fstat, fd, address_of(&status)) == 0;
}

inline bool stat_path(int directory, const char* path, struct stat& status,
                      int at_flags = 0) noexcept {
  return system_call(SYS_newfstatat, directory, address_of(path), address_of(&status), at_flags) ==
         0;
}

inline int process_id() noexcept {
  return static_cast<int>(system_call(SYS_getpid));
}

}  // namespace roar::tracer::preload
