#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "objects/edge.h"
#include "objects/job.h"
#include "objects/store_impl.h"

// Only for objects/lineage.cc.

namespace roar {

// What jobs read and wrote, as their objects have it, each node of a tree read once. For a walk
// that comes by few jobs.
class LineageNodes {
 public:
  // An input or output whose content is known.
  struct File {
    std::uint64_t artifact = 0;
    std::uint64_t path = 0;   // hash_of_path
    bool is_written = false;  // by any job, if it is an input
  };
  struct Node {
    std::uint64_t edges = 0;  // in it and below it
    std::vector<std::uint64_t> children;
    std::vector<File> inputs;
    std::vector<File> outputs;
  };

  explicit LineageNodes(const ReadTransaction& transaction);

  // Throws Errc::Corrupt if the object is no job. Valid until another one is asked for.
  const Job& job(std::uint64_t number);
  // The last one that was asked for; 0 if there is none.
  std::uint64_t job_at_hand() const noexcept { return job_number_; }
  // In the trees of what the job read and wrote, by their roots alone.
  std::uint64_t edges_of(std::uint64_t job);

  // The leaves of the job's trees of what it read and wrote: of all, or of data and code.
  using Visitor = std::function<void(std::uint64_t number, const Node& node)>;
  void for_each_leaf(std::uint64_t job, bool only_told_of, const Visitor& visit);

 private:
  std::uint64_t number_of(const ObjectId& id) const;
  bool is_written(std::uint64_t artifact) const;
  const Node& node(std::uint64_t number);
  std::vector<std::uint64_t> roots_of(std::uint64_t job, bool only_told_of);
  void visit_leaves(std::uint64_t number, const Visitor& visit);

  ReadTransaction::Impl* impl_;
  std::unordered_map<std::uint64_t, Node> nodes_;
  std::unordered_map<std::uint64_t, ObjectId> ids_;  // of nodes
  std::uint64_t job_number_ = 0;
  Job job_;
};

// Whether a listing of lineage tells of the files in such a tree.
bool is_told_of(EdgeGroup group) noexcept;

[[noreturn]] void fail_lineage_type(const ObjectId& id, ObjectType expected);

}  // namespace roar
