#pragma once

#include "tracer/preload/descriptors.h"
#include "tracer/preload/facts.h"

namespace roar::tracer::preload {

// Replaces the process as execve(2) does, observed. Sets errno and returns -1 if that fails.
int execute(Spelling program, char* const* arguments, char* const* environment,
            int at_flags) noexcept;

// The same after a search of PATH, as execvp(3) does.
int execute_found(const char* file, char* const* arguments, char* const* environment) noexcept;

// The first candidate in PATH for a file that exists, into `buffer` of kCandidateBytes, or the file
// itself if it has a slash. Null if there is none.
constexpr std::size_t kCandidateBytes = 4352;
const char* search_path(const char* file, char* buffer) noexcept;

}  // namespace roar::tracer::preload
