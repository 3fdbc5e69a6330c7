#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "objects/object_id.h"

namespace roar {

// One content: what it is, not where or when it was seen. Payload: docs/formats/artifact.md.
//
// Content whose bytes nobody here has seen is a kind of its own, known by what somebody claims of
// it: a registry's digest, an ETag, a record that was brought in from elsewhere.
struct Artifact {
  std::string blake3 = {};  // 64 lower-case hexadecimal digits; empty if there is only a claim
  std::uint64_t size = 0;
  std::string claimed_algorithm = {};  // as in DigestRecord; empty if the bytes were seen
  std::string claimed_digest = {};

  bool is_claimed() const noexcept { return blake3.empty(); }
  auto operator<=>(const Artifact&) const = default;
};

std::string encode(const Artifact& artifact);
// Throws Errc::Corrupt unless `payload` is what encode writes (unknown keys are accepted).
Artifact decode_artifact(std::string_view payload);
ObjectId object_id_of(const Artifact& artifact);

}  // namespace roar
