#pragma once

#include <linux/filter.h>

#include <vector>

namespace roar::tracer {

// A seccomp program that stops the calls of traced_calls() for the tracer, on x86-64 and i386, and
// every call of x32, whose programs cannot be followed. All others run at full speed.
std::vector<sock_filter> stopping_filter();

// Applies it to this thread and all its descendants, for ever. Returns an errno or 0.
// Async-signal-safe. Sets NO_NEW_PRIVS only where the kernel asks for it: without CAP_SYS_ADMIN.
// Then set-user-id programs of the job run without their privileges, as under any tracer.
int install_filter(const std::vector<sock_filter>& filter) noexcept;

}  // namespace roar::tracer
