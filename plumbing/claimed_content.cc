#include "plumbing/claimed_content.h"

namespace roar::plumbing {

std::optional<ObjectId> seen_artifact(const ReadTransaction& transaction,
                                      std::string_view algorithm, std::string_view digest) {
  constexpr std::size_t kLimit = 16;
  for (const DigestMatch& match : artifacts_with_digest(transaction, algorithm, digest, kLimit)) {
    if (match.digest == digest && !read_artifact(transaction, match.artifact).is_claimed())
      return match.artifact;
  }
  return std::nullopt;
}

ObjectId content_of(const ReadTransaction& transaction, const ObjectId& artifact) {
  const Artifact content = read_artifact(transaction, artifact);
  if (!content.is_claimed()) return artifact;
  return seen_artifact(transaction, content.claimed_algorithm, content.claimed_digest)
      .value_or(artifact);
}

}  // namespace roar::plumbing
