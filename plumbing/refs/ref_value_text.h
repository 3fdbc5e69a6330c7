#pragma once

#include <optional>
#include <string_view>

#include "objects/ref_change.h"
#include "objects/store.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// What a command line says of a ref's value: any name of an object (plumbing/resolve.h), or nothing
// or 64 zeros for a ref that is not there. Throws as resolve() does.
RefValue ref_value_named(const Store& store, const Workspace& workspace, std::string_view name);

}  // namespace roar::plumbing
