#include "plumbing/claimed_content.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

namespace roar::plumbing {
namespace {

// The harder a digest is to forge, the earlier it is asked.
constexpr std::array<std::string_view, 7> kOfContent{"blake3", "sha512", "sha384", "sha256",
                                                     "sha224", "sha1",   "md5"};
constexpr std::size_t kMatchesMax = 64;

std::size_t rank_of(const DigestRecord& record) {
  return static_cast<std::size_t>(std::ranges::find(kOfContent, record.algorithm) -
                                  kOfContent.begin());
}

struct Known {
  ObjectId id;
  Artifact artifact;
  std::vector<DigestRecord> digests;  // of the content, the strongest first
};

Known known(const ReadTransaction& transaction, const ObjectId& id) {
  Known result{id, read_artifact(transaction, id), digests_of(transaction, id)};
  if (result.artifact.is_claimed()) {
    result.digests.push_back({.artifact = id,
                              .algorithm = result.artifact.claimed_algorithm,
                              .digest = result.artifact.claimed_digest,
                              .origin = DigestOrigin::Claimed});
  }
  std::erase_if(result.digests,
                [](const DigestRecord& record) { return !identifies_content(record.algorithm); });
  std::ranges::stable_sort(result.digests, {}, rank_of);
  return result;
}

// A size of 0 is that of who did not know it, too.
bool contradict(const Known& a, const Known& b) {
  if (a.artifact.size != b.artifact.size && a.artifact.size != 0 && b.artifact.size != 0)
    return true;
  return std::ranges::any_of(a.digests, [&](const DigestRecord& one) {
    const auto is_of_one = [&](const DigestRecord& other) {
      return other.algorithm == one.algorithm;
    };
    const auto other = std::ranges::find_if(b.digests, is_of_one);
    return other != b.digests.end() &&
           std::ranges::none_of(b.digests, [&](const DigestRecord& record) {
             return is_of_one(record) && record.digest == one.digest;
           });
  });
}

// Those that share a digest with it and contradict it in nothing, by the strongest digest first.
std::vector<Known> neighbours(const ReadTransaction& transaction, const Known& one) {
  std::vector<Known> found;
  std::set<ObjectId> looked_at{one.id};
  for (const DigestRecord& record : one.digests) {
    for (const DigestMatch& match :
         artifacts_with_digest(transaction, record.algorithm, record.digest, kMatchesMax)) {
      if (match.digest != record.digest || !looked_at.insert(match.artifact).second) continue;
      Known other = known(transaction, match.artifact);
      if (!contradict(one, other)) found.push_back(std::move(other));
    }
  }
  return found;
}

// What claims lead to from `start`, itself included, nearest first. What was seen leads no further,
// unless it is the start.
std::vector<Known> reached(const ReadTransaction& transaction, const ObjectId& start) {
  std::vector<Known> result{known(transaction, start)};
  std::set<ObjectId> ids{start};
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (i > 0 && !result[i].artifact.is_claimed()) continue;
    for (Known& next : neighbours(transaction, result[i]))
      if (ids.insert(next.id).second) result.push_back(std::move(next));
  }
  return result;
}

}  // namespace

bool identifies_content(std::string_view algorithm) {
  return std::ranges::find(kOfContent, algorithm) != kOfContent.end();
}

std::optional<ObjectId> seen_artifact(const ReadTransaction& transaction,
                                      std::string_view algorithm, std::string_view digest) {
  if (!identifies_content(algorithm)) return std::nullopt;
  for (const DigestMatch& match :
       artifacts_with_digest(transaction, algorithm, digest, kMatchesMax)) {
    if (match.digest == digest && !read_artifact(transaction, match.artifact).is_claimed())
      return match.artifact;
  }
  return std::nullopt;
}

ObjectId content_of(const ReadTransaction& transaction, const ObjectId& artifact) {
  if (!read_artifact(transaction, artifact).is_claimed()) return artifact;
  const std::vector<Known> all = reached(transaction, artifact);
  const auto seen =
      std::ranges::find_if(all, [](const Known& one) { return !one.artifact.is_claimed(); });
  return seen != all.end() ? seen->id : std::ranges::min_element(all, {}, &Known::id)->id;
}

std::vector<ObjectId> same_content(const ReadTransaction& transaction, const ObjectId& artifact) {
  const ObjectId content = content_of(transaction, artifact);
  std::vector<ObjectId> ids;
  for (const Known& one : reached(transaction, content)) {
    if (one.id != content && one.artifact.is_claimed() &&
        content_of(transaction, one.id) == content)
      ids.push_back(one.id);
  }
  std::ranges::sort(ids);
  ids.insert(ids.begin(), content);
  return ids;
}

}  // namespace roar::plumbing
