#include "plumbing/open_store.h"

#include <utility>

#include "objects/base/error.h"

namespace roar::plumbing {

SpoolImport open_store(const Workspace& workspace, Store::Mode mode, std::optional<Store>& store) {
  SpoolImport import = import_spool(workspace);
  try {
    store.emplace(workspace.store_directory(), mode);
  } catch (const Error& error) {
    // A .roar without a store is no project of ours: only settings, or the public roar's database.
    if (error.code() == Errc::NotFound) throw not_initialized();
    throw;
  }
  return import;
}

}  // namespace roar::plumbing
