#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/cache.h"
#include "objects/component.h"
#include "objects/object_id.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// Calls `visit` for each file and link of a composite with its path through nested ones: in order
// of path within each.
void for_each_file(const ReadTransaction& transaction, const ObjectId& composite,
                   const std::function<void(const std::string& path, const Component&)>& visit);

// Stands for a content: the first eight bytes of its digest, which is in
// hexadecimal.
std::uint64_t content_key(std::string_view digest);

// The keys of the contents of a composite's files, sorted, for asking whether it has any of many:
// from the cache, or by reading the composite, once. Empty files and links have none.
std::vector<std::uint64_t> content_keys(const ReadTransaction& transaction, Cache& cache,
                                        const ObjectId& composite);

}  // namespace roar::plumbing
