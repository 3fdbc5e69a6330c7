#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "objects/composite.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// How many of a composite's files are among the paths, which are relative to its directory, sorted
// and each once: all of them (Composite::files) if nothing but links is missing, since no job is
// known to use a link. Reads the nodes on the way to the paths, and of the rest as many as it takes
// to come to a file that is not among them.
std::uint64_t files_used(const ReadTransaction& transaction, const Composite& composite,
                         std::span<const std::string_view> paths);

}  // namespace roar::plumbing
