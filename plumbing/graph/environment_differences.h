#pragma once

#include <vector>

#include "plumbing/graph/differences.h"

namespace roar::plumbing {

// In what two jobs' environments differ: packages by version, programs and libraries that no
// package accounts for, the machine. Of each sort the first few. Trees of files that the two share
// are not read.
std::vector<Difference> environment_differences(const ReadTransaction& transaction,
                                                const Job& before, const Job& after);

}  // namespace roar::plumbing
