#include "plumbing/unpacked/same_unpacked.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "objects/hash_files.h"
#include "objects/history.h"
#include "plumbing/unpacked/unpacked_digest.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kPathsMax = 16;  // of an artifact, that are looked at

std::optional<FileStamp> stamp_at(const std::string& path) {
  struct ::stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return stamp_of(status);
}

// Of exactly this version.
std::optional<std::string> digest_of_version(const std::string& path, const FileStamp& stamp,
                                             const std::atomic<bool>* stop = nullptr) {
  if (stamp_at(path) != stamp) return std::nullopt;
  auto digest = unpacked_digest(path, stop);
  return stamp_at(path) == stamp ? digest : std::nullopt;
}

struct Content {
  std::optional<std::string> unpacked;  // recorded
  Artifact artifact;
  std::vector<std::string> paths;  // where jobs used it; absolute
};

Content content_of_artifact(const ReadTransaction& transaction, const Workspace& workspace,
                            const ObjectId& id) {
  Content content{.unpacked = recorded_unpacked_digest(transaction, id),
                  .artifact = read_artifact(transaction, id),
                  .paths = {}};
  for (const std::string& path : paths_of_artifact(transaction, id)) {
    if (content.paths.size() == kPathsMax) break;
    content.paths.push_back(absolute_path(workspace, path));
  }
  return content;
}

bool has_content(const std::string& path, const Artifact& artifact) {
  constexpr std::array kIdentity{Algorithm::Blake3};
  const HashRequest request{.path = path, .algorithms = kIdentity};
  const auto results = hash_files({&request, 1});
  return results.front().status == HashResult::Status::Hashed &&
         results.front().digests.front() == artifact.blake3;
}

std::optional<std::string> unpacked_of(const Content& content) {
  if (content.unpacked) return content.unpacked;
  for (const std::string& path : content.paths) {
    const auto stamp = stamp_at(path);
    if (!stamp || stamp->size != content.artifact.size) continue;
    // In this order, because what is not packed is found out by its first bytes.
    auto digest = digest_of_version(path, *stamp);
    if (digest && has_content(path, content.artifact)) return digest;
  }
  return std::nullopt;
}

}  // namespace

std::vector<DigestRecord> unpacked_digests(const Workspace& workspace,
                                           const ObservedEdges& observed,
                                           const std::atomic<bool>* stop) {
  std::vector<DigestRecord> digests;
  std::set<ObjectId> seen;
  for (std::size_t i = 0; i < observed.edges.size(); ++i) {
    const Edge& edge = observed.edges[i];
    const EdgeSource& source = observed.sources[i];
    const bool wanted = edge.role == EdgeRole::Output && edge.path_class == PathClass::Data &&
                        edge.artifact && source.exists();
    if (!wanted || !seen.insert(*edge.artifact).second) continue;
    auto digest = digest_of_version(content_path(workspace, edge, source), source.stamp, stop);
    if (!digest) continue;
    digests.push_back({.artifact = *edge.artifact,
                       .algorithm = std::string(kUnpackedDigest),
                       .digest = std::move(*digest)});
  }
  return digests;
}

std::optional<std::string> recorded_unpacked_digest(const ReadTransaction& transaction,
                                                    const ObjectId& artifact) {
  for (const DigestRecord& record : digests_of(transaction, artifact))
    if (record.algorithm == kUnpackedDigest && record.origin == DigestOrigin::Computed)
      return record.digest;
  return std::nullopt;
}

bool same_when_unpacked(const Store& store, const Workspace& workspace, const ObjectId& before,
                        const ObjectId& after) {
  Content was;
  Content is;
  store.read([&](const ReadTransaction& transaction) {
    was = content_of_artifact(transaction, workspace, before);
    is = content_of_artifact(transaction, workspace, after);
  });
  const auto old = unpacked_of(was);
  return old && old == unpacked_of(is);
}

}  // namespace roar::plumbing
