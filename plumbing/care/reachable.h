#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/object_id.h"
#include "objects/sequence_set.h"
#include "objects/transaction.h"

namespace roar::plumbing {

// Finds what can be reached from objects by the ids in payloads. May be given further roots at any
// time, and other snapshots: what it found once stays found.
class Reachable {
 public:
  // Something that is needed and cannot be read. `from` is the number of the object that names it,
  // or of the object itself if that is there but damaged; 0 for a root that is missing.
  struct Hole {
    ObjectId id;
    std::uint64_t from = 0;
    std::string problem;
    bool is_there = false;  // but cannot be read
  };

  explicit Reachable(std::function<void(const Hole&)> hole) : hole_(std::move(hole)) {}

  void add(const ObjectId& root) { open_.push_back({root, 0}); }
  // All that refs name and all that their logs do. `bad_ref` is told of refs that cannot be read.
  void add_refs(const ReadTransaction& transaction,
                const std::function<void(const std::string& name, const Error&)>& bad_ref);
  // Goes on with at most so many objects; false if nothing is left to do.
  bool advance(const ReadTransaction& transaction, std::size_t objects);
  // Further digests of artifacts that were reached belong to them, although nobody names them.
  void add_digests(const ReadTransaction& transaction);

  bool contains(std::uint64_t sequence) const { return found_.contains(sequence); }
  std::uint64_t size() const noexcept { return found_.size(); }

 private:
  struct Step {
    ObjectId id;
    std::uint64_t from = 0;
  };

  void visit(const ReadTransaction& transaction, const Step& step);

  std::function<void(const Hole&)> hole_;
  SequenceSet found_;
  std::vector<Step> open_;
};

// Calls `visit` for every object, in order of id, without reading any.
void for_each_info(const ReadTransaction& transaction,
                   const std::function<void(const ObjectInfo&)>& visit);

}  // namespace roar::plumbing
