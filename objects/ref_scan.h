#pragma once

#include <string>
#include <vector>

#include "objects/transaction.h"

namespace roar {

// The names of all refs, HEAD included, in byte order, whether or not what is stored of them can be
// read: ReadTransaction::ref tells.
std::vector<std::string> stored_ref_names(const ReadTransaction& transaction);

// The same of refs that have a log, which outlives them. Throws Errc::Corrupt if they are out of
// order.
std::vector<std::string> logged_ref_names(const ReadTransaction& transaction);

}  // namespace roar
