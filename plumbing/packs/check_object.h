#pragma once

#include <vector>

#include "objects/links.h"
#include "objects/pack_reader.h"

namespace roar::plumbing {

// Whether an object that a reader just gave out may be what it says, as far as the pack alone
// tells: its canonical form, the schema of its type, and the types of the objects before it that it
// names. Throws Errc::Corrupt or Errc::Unsupported, naming the object. Returns what it names
// besides: the receiver must have that.
std::vector<TypedLink> check_object(const PackReader& pack, const PackedObject& object);

// Throws Errc::Corrupt if what the object names is of another type.
void check_link(const PackedObject& object, const TypedLink& link, ObjectType found);

}  // namespace roar::plumbing
