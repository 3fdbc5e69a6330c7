#include "plumbing/refs/reach.h"

#include <vector>

#include "objects/base/error.h"
#include "objects/links.h"

namespace roar::plumbing {

bool Reach::is_reached_from(const ObjectId& start) {
  std::vector<ObjectId> open{start};
  std::set<ObjectId> seen;
  while (!open.empty()) {
    const ObjectId id = open.back();
    open.pop_back();
    if (id == wanted_) return true;
    if (others_.contains(id) || !seen.insert(id).second) continue;
    const auto info = transaction_.info(id);
    if (!info) throw Error(Errc::NotFound, "object " + id.hex() + " is missing");
    if (info->type == ObjectType::Artifact || info->type == ObjectType::Blob) continue;
    for (const ObjectId& link : links_of(info->type, transaction_.payload(id, info->type)))
      open.push_back(link);
  }
  others_.merge(seen);
  return false;
}

}  // namespace roar::plumbing
