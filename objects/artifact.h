#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/object_id.h"

namespace roar {

// One content: what it is, not where or when it was seen. Payload: docs/formats/artifact.md.
struct Artifact {
  std::string blake3;  // 64 lower-case hexadecimal digits
  std::uint64_t size = 0;

  auto operator<=>(const Artifact&) const = default;
};

std::string encode(const Artifact& artifact);
// Throws Errc::Corrupt unless `payload` is what encode writes (unknown keys are accepted).
Artifact decode_artifact(std::string_view payload);
ObjectId object_id_of(const Artifact& artifact);

}  // namespace roar
