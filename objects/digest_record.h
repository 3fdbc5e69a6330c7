#pragma once

#include <string>
#include <string_view>

#include "objects/object_id.h"

namespace roar {

enum class DigestOrigin { Computed, Claimed };

// One more digest of an artifact: the object of type `digest`. Payload: docs/formats/digest.md.
struct DigestRecord {
  ObjectId artifact;
  std::string algorithm;  // an open name: [a-z0-9][a-z0-9_.-]*, at most 32 characters
  std::string digest;     // hexadecimal for algorithms that we compute; else as claimed
  DigestOrigin origin = DigestOrigin::Computed;

  bool operator==(const DigestRecord&) const = default;
};

std::string encode(const DigestRecord& record);
DigestRecord decode_digest(std::string_view payload);

}  // namespace roar
