#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "plumbing/views.h"

// Who used an artifact or a path, gathered for showing it. An artifact that everything uses has as
// many uses as there are jobs, so each of these has a limit, and what it leaves out costs nothing.

namespace roar::plumbing {

struct ShownUses {
  std::vector<UseView> uses;
  UsesCut cut;
};

// Of the artifacts, which are one content, the newest `uses_max` in each role; in order of artifact
// and, for each, oldest first.
ShownUses newest_uses(const ReadTransaction& transaction, const std::vector<ObjectId>& artifacts,
                      std::size_t uses_max);

// Of the path, the newest `uses_max`, and if these are not all, the newest that wrote one of
// `versions` there, as many at most. Oldest first.
ShownUses newest_uses_at(const ReadTransaction& transaction, std::string_view path,
                         const std::vector<ObjectId>& versions, std::size_t uses_max);

// Whether the artifacts are to be shown with their BLAKE3: not if every job that used one of them
// asked for other digests alone. Of each, the newest `uses_max` uses are looked at.
bool is_blake3_asked_for(const ReadTransaction& transaction, const std::vector<ObjectId>& artifacts,
                         std::size_t uses_max);

}  // namespace roar::plumbing
