#pragma once

#include <optional>

#include "objects/store.h"
#include "plumbing/import_spool.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Brings in what waits in the spool, and opens the project's store. Throws not_initialized() if
// there is none, else as the constructor of Store does.
SpoolImport open_store(const Workspace& workspace, Store::Mode mode, std::optional<Store>& store);

}  // namespace roar::plumbing
