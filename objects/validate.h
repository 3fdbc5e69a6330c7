#pragma once

#include <string_view>

#include "objects/object_id.h"

namespace roar {

// Throws Errc::Corrupt unless the payload is one that an object of this type may have, and
// Errc::Unsupported if it is of a version that this program cannot judge. Blobs may be anything.
void check_payload(ObjectType type, std::string_view payload);

}  // namespace roar
