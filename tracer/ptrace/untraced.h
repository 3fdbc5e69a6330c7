#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <cstdint>
#include <vector>

// A child that is made with CLONE_UNTRACED would be no tracee, but has its parent's filter, whose
// calls nobody would then answer. So the flag is taken away: of clone(2) in its register, of
// clone3(2) in the memory of the program, where it stays away.

namespace roar::tracer {

// Stops a clone(2) that has the flag, and every clone3(2), because no filter can look into memory.
// To be installed beside the filter of the traced calls.
std::vector<sock_filter> untraced_filter();

bool is_clone(std::uint32_t architecture, std::uint64_t number) noexcept;

// For a tracee that stopped for it.
void clear_untraced(pid_t thread, std::uint32_t architecture, std::uint64_t number);

}  // namespace roar::tracer
