#pragma once

#include <string_view>

#include "objects/object_id.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// What the component at `path` of a composite is, where the root of its tree of components is
// `root`: the artifact with its digest, or, if it is a composite, that composite object. A path
// goes on into composites. Throws Errc::NotFound if there is no such component, or if what it is is
// no object in this store, and names its digest then.
ObjectId component_content(const ReadTransaction& transaction, const ObjectId& root,
                           std::string_view path);

}  // namespace roar::plumbing
