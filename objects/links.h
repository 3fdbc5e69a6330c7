#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "objects/object_id.h"

namespace roar {

// The ids of other objects in a payload: what stands under keys that end in "_oid"
// (docs/formats/canonical-json.md, 7), of types that nobody here knows, too. Sorted, each once. A
// blob has none. Throws Errc::Corrupt if the payload is not canonical.
std::vector<ObjectId> links_of(ObjectType type, std::string_view payload);

// The same with the type that the object must have by the key it stands under; nullopt if it may be
// any. An id under two keys is there once for each type.
struct TypedLink {
  ObjectId id;
  std::optional<ObjectType> type;

  auto operator<=>(const TypedLink&) const = default;
};
std::vector<TypedLink> typed_links_of(ObjectType type, std::string_view payload);

}  // namespace roar
