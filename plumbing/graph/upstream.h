#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "objects/history.h"
#include "plumbing/graph/first_reads.h"
#include "plumbing/views.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Where an input comes from.
struct Producer {
  ObjectId job;
  bool via_content = false;  // the job wrote the content under another path
};

// A file of data or code that a job read or wrote. One that was read has a known content.
struct UpstreamFile {
  Edge edge;
  std::optional<Producer> producer;  // of an input; none: no recorded job made it
};

struct UpstreamJob {
  ObjectId id;
  Job job;
  std::vector<UpstreamFile> inputs;   // by path
  std::vector<UpstreamFile> outputs;  // by path; those of unknown content too
};

// Jobs and what they come from, over all sessions: an input comes from the latest job that was
// recorded before its reader and wrote the content at the same path; failing that, from the latest
// before it that wrote the content anywhere, unless it is empty, or was read at that path before it
// was written elsewhere. So there are no circles. Files of the system and of packages are left out,
// and caches and temporary files lead to the jobs that wrote them.
//
// Remembers who wrote what, for as long as it lives. Must not outlive the transaction.
class Upstream {
 public:
  explicit Upstream(const ReadTransaction& transaction)
      : transaction_(transaction), first_reads_(transaction) {}

  const ReadTransaction& transaction() const noexcept { return transaction_; }

  // Reads the job. Throws as read_job does.
  UpstreamJob job(const ObjectId& id);

  // The job that wrote this content at the path last; failing that, anywhere; none if none did.
  std::optional<ObjectId> writer(const ObjectId& artifact, std::string_view path);

 private:
  // Sequence numbers of jobs, in order.
  struct Writers {
    std::vector<std::uint64_t> anywhere;
    std::unordered_map<std::string, std::vector<std::uint64_t>> at;  // by path
  };
  struct Tree {
    std::optional<ObjectId> root;
    std::vector<Edge> edges;
  };

  const Writers& writers(const ObjectId& artifact);
  std::optional<Producer> producer(const Edge& input, std::uint64_t before);
  // Jobs that follow each other mostly have the same code. Valid until the next call for the group.
  const std::vector<Edge>& edges(EdgeGroup group, const std::optional<ObjectId>& root);
  const ObjectId& id_of(std::uint64_t job);
  Job take(const ObjectId& id);

  const ReadTransaction& transaction_;
  std::unordered_map<ObjectId, Writers> writers_;
  std::unordered_map<std::uint64_t, ObjectId> ids_;  // of jobs
  // To learn a job's id it must be read, and it is mostly asked for soon.
  std::unordered_map<ObjectId, Job> ahead_;
  FirstReads first_reads_;
  std::array<Tree, kEdgeGroups> last_;  // by group: the one that was read last
};

// What a name stands for, as the start of a walk upstream.
struct LineageTarget {
  std::string path;                  // stored form, if a file is meant; else empty
  std::optional<ObjectId> artifact;  // of a path, its newest recorded version
  std::string session;               // id, if a session is meant
  // The job itself; of an artifact the one that wrote it, if there is one; of a session all its
  // jobs, the newest first.
  std::vector<ObjectId> jobs;
};

// Throws as resolve() does, and Errc::Usage for what has no lineage.
LineageTarget lineage_target(const ReadTransaction& transaction, const Workspace& workspace,
                             std::string_view name);

}  // namespace roar::plumbing
