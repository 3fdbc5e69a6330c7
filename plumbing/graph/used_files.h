#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "plumbing/dag.h"
#include "plumbing/graph/bytecode_source.h"
#include "plumbing/graph/disk_files.h"
#include "plumbing/graph/edge_table.h"
#include "plumbing/graph/stale_environment.h"

namespace roar::plumbing {

// An input or output of a node, or a path that it looked for in vain.
struct UsedFile {
  EdgeRole role = EdgeRole::Input;
  PathClass path_class = PathClass::Data;
  bool meanwhile = false;  // an input that was changed during the job, and what was read is lost
  PathNumber path = 0;
  std::uint32_t question = 0;  // to DiskFiles
  ArtifactNumber artifact = kNoNumber;
};

// Who left what at a path.
struct LeftFile {
  std::size_t node = 0;
  ArtifactNumber artifact = kNoNumber;
};

// What the jobs of a DAG used, as far as it may make them stale, and where that is now. Refers to
// what it is made of.
class UsedFiles {
 public:
  // Asks the disk; the answers are there when it has looked.
  UsedFiles(EdgeTable& edges, DiskFiles& disk, const Dag& dag);

  // Project files of a node.
  const std::vector<UsedFile>& of(std::size_t node) const { return used_[node]; }
  // Null if no node did.
  const LeftFile* left_at(PathNumber path) const {
    return path < left_.size() && left_[path] ? &*left_[path] : nullptr;
  }
  // What the program would find under the name that it used.
  const FileNow& now_at(const UsedFile& used) const;
  // Of the environment's files that a node used, those that are not what they were.
  std::vector<const SystemFile*> changed_environment(std::size_t node) const;

 private:
  // Files of the environment in one leaf.
  struct Environment {
    std::vector<SystemFile> files;
    mutable std::optional<std::vector<const SystemFile*>> changed;  // once the disk has answered
  };

  void gather(std::size_t node);
  void gather(std::size_t node, const NumberedEdge& edge);
  void gather_cached(std::size_t node, const NumberedEdge& edge);
  void gather_unread(std::size_t node, const NumberedEdge& edge);
  void note_environment(const NumberedNode& leaf);
  void leave(std::size_t node, const UsedFile& used);
  std::uint32_t ask(PathNumber path, std::uint64_t size) {
    return static_cast<std::uint32_t>(disk_.ask(edges_.path(path), size));
  }
  void add_changed(const NumberedNode* tree, std::vector<const SystemFile*>& changed) const;

  EdgeTable& edges_;
  DiskFiles& disk_;
  const Dag& dag_;
  BytecodeSources sources_;
  std::vector<std::vector<UsedFile>> used_;                      // by node
  std::vector<std::optional<LeftFile>> left_;                    // by path
  std::unordered_map<std::uint32_t, Environment> environments_;  // by leaf; not the empty ones
  std::vector<bool> known_leaves_;                               // whose environment is noted
  std::unordered_map<std::uint32_t, std::uint32_t> spelled_;     // question -> by the other name
};

}  // namespace roar::plumbing
