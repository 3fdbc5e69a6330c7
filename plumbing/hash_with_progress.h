#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "objects/hash_files.h"

namespace roar::plumbing {

// Whether what an interrupted attempt has read already need not be read again.
enum class Interrupted : std::uint8_t { GoOn, Anew };

// Hashes files in batches and shows the progress on standard error if that is a terminal. Within a
// project, what large files were found to have is remembered, and so is how far an interrupted one
// has come.
//
// Calls `done` for each, in order; not for those that SIGINT or SIGTERM came before. Returns that
// signal, or 0. Throws as hash_files does.
int hash_with_progress(std::span<const HashRequest> requests,
                       const std::function<void(const HashRequest&, const HashResult&)>& done,
                       Interrupted interrupted = Interrupted::GoOn);

// Why there is no digest; empty if there is.
std::string problem_of(const HashResult& result);

}  // namespace roar::plumbing
