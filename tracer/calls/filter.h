#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <vector>

namespace roar::tracer {

// A seccomp program that stops the calls of traced_calls() for the tracer, on x86-64 and i386, and
// every call of x32, whose programs cannot be followed. All others run at full speed.
std::vector<sock_filter> stopping_filter();

// What happens to the set-up of an io_uring, whose requests are no system calls.
enum class IoUring : std::uint8_t {
  Seen,    // it is one of the calls
  Refused  // as by a kernel that has none: ENOSYS
};

// One that sends the same calls to a listener, but for those that the preload library has marked
// (wire.h), and answers the probe there with `mark`. The ends of processes are not among them:
// without a listener a process could not even end.
std::vector<sock_filter> listening_filter(std::uint16_t mark, IoUring io_uring);

// One that stops nothing, to find out what the kernel allows.
std::vector<sock_filter> passing_filter();

// Applies it to this thread and all its descendants, for ever. Returns an errno or 0.
// Async-signal-safe. Sets NO_NEW_PRIVS only where the kernel asks for it: without CAP_SYS_ADMIN.
// Then set-user-id programs of the job run without their privileges, as under any tracer.
int install_filter(const std::vector<sock_filter>& filter) noexcept;

// The same, with a listener: its descriptor, close-on-exec, or a negated errno. EBUSY: somebody
// listens already. EINVAL: the kernel cannot keep signals from interrupting a call that a listener
// looks at, and would have the program see EINTR.
int install_listener(const std::vector<sock_filter>& filter) noexcept;

}  // namespace roar::tracer
