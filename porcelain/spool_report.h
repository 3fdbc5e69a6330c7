#pragma once

#include <iosfwd>

#include "plumbing/import_spool.h"

namespace roar::porcelain {

// Says what became of the jobs in the spool; nothing if there were none.
void report_import(std::ostream& err, const plumbing::SpoolImport& import);

}  // namespace roar::porcelain
