#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "objects/history.h"
#include "objects/label.h"
#include "plumbing/redaction.h"
#include "plumbing/roar_db.h"
#include "plumbing/workspace.h"
#include "tracer/path_class.h"

// What an older roar recorded, in the words of this one. Nothing here writes.

namespace roar::plumbing {

// Ids are made from what stays the same, so that importing again finds what is there.
std::string session_id_of(const OldSession& session);
// Begins with the older uid, so that this goes on naming the job.
std::string job_uid_of(std::string_view uid, double started);

// Whether it ran to its end. Others are not taken over.
bool is_finished(const OldJob& job);

// An artifact with all that is known of its content.
struct KnownContent {
  ObjectId id;
  std::optional<Artifact> artifact;   // to be stored; none: its bytes were seen, so it is there
  std::vector<DigestRecord> digests;  // to be stored
};
// Nullopt if there is no usable digest.
std::optional<KnownContent> known_content(const ReadTransaction& transaction,
                                          const OldArtifact& artifact);

class OldJobReader {
 public:
  OldJobReader(RoarDb& database, const Workspace& workspace);

  // With everything that belongs to it.
  NewJob read(const ReadTransaction& transaction, const OldJob& job);
  Label read(const OldLabel& label, const ObjectId& target);

  // So far: edges without a known content, to composite artifacts, second versions of one path.
  std::uint64_t unhashed = 0;
  std::uint64_t composites = 0;
  std::uint64_t second_versions = 0;

 private:
  void add_edges(const ReadTransaction& transaction, const std::vector<OldEdge>& edges,
                 EdgeRole role, NewJob& job);
  void add_content(const ReadTransaction& transaction, const OldEdge& old, Edge& edge, NewJob& job);

  RoarDb& database_;
  const Workspace& workspace_;
  tracer::PathContext context_;
  Redactor redactor_;
  std::set<ObjectId> taken_;  // artifacts of the job that is being read
};

}  // namespace roar::plumbing
