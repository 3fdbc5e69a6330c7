#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "objects/edge.h"
#include "objects/store_impl.h"

// Only for objects/lineage.cc.

namespace roar {

// Who read and wrote what, as the derived tables have it, all of it in memory: for a walk that
// comes by a good part of a store. Nothing is read but these tables, from one end to the other, at
// about a tenth of a microsecond a row. Takes 20 bytes for each row of `edge`, 12 for each of
// `holder`, and 18 for each object's number.
//
// Objects go by their numbers. Throws Errc::Corrupt where the tables name one that is not there.
class LineageTables {
 public:
  // One row of `edge`.
  struct Use {
    std::uint64_t path = 0;  // hash_of_path
    std::uint32_t artifact = 0;
    std::uint32_t leaf_and_role = 0;

    std::uint32_t leaf() const noexcept { return leaf_and_role & ~kFlag; }
    bool is_output() const noexcept { return (leaf_and_role & kFlag) != 0; }
  };

  // Whether numbers up to `highest`, and all rows, can be held.
  static bool fits(const ReadTransaction::Impl& impl, std::uint64_t highest);
  // How many rows would be read.
  static std::uint64_t rows_of(const ReadTransaction::Impl& impl);

  LineageTables(const ReadTransaction::Impl& impl, std::uint64_t highest);

  // Whether anything of the job is here. If not, it may be none of the history.
  bool holds_job(std::uint64_t job) const;
  // The leaves of the job's trees, to the end of `leaves`.
  void add_leaves_of(std::uint64_t job, std::vector<std::uint32_t>& leaves) const;

  // What the tables say; nullopt in stores of older formats, and for inner nodes.
  std::optional<EdgeGroup> group_of_leaf(std::uint32_t leaf) const { return groups_[leaf]; }

  // In the order of the table.
  std::span<const Use> uses_of(std::uint64_t artifact, EdgeRole role) const;
  bool is_written(std::uint64_t artifact) const;

  // Of a leaf: first the inputs that some job wrote, then the other inputs, then the outputs.
  std::span<const std::uint32_t> uses_in(std::uint32_t leaf) const;
  const Use& use(std::uint32_t position) const { return uses_[position]; }

  // Jobs that hold the node, to the end of `jobs`, each once.
  void add_jobs_with(std::uint32_t node, std::vector<std::uint64_t>& jobs);

 private:
  static constexpr std::uint32_t kFlag = 1U << 31U;

  // A row of `holder`; the holder has the flag if it is a job.
  struct Holding {
    std::uint32_t node = 0;
    std::uint32_t holder_and_type = 0;

    std::uint32_t holder() const noexcept { return holder_and_type & ~kFlag; }
    bool is_by_job() const noexcept { return (holder_and_type & kFlag) != 0; }
  };

  std::uint32_t number(std::string_view key, std::size_t offset) const;
  void read_holdings(const ReadTransaction::Impl& impl);
  void read_uses(const ReadTransaction::Impl& impl);
  void group_uses_by_leaf();
  std::span<const Holding> holdings_of(std::uint32_t node) const;
  const std::vector<std::uint64_t>& shared_by(std::uint32_t node);

  std::uint64_t highest_;
  std::vector<Holding> holdings_;                 // in order of node
  std::vector<std::uint32_t> first_holding_;      // of each node
  std::vector<std::uint32_t> held_;               // nodes, in order of what holds them
  std::vector<std::uint32_t> first_held_;         // of each holder
  std::vector<std::optional<EdgeGroup>> groups_;  // of each leaf
  std::vector<Use> uses_;                         // in order of artifact and role
  std::vector<std::uint32_t> first_use_;          // of each artifact
  std::vector<std::uint32_t> uses_by_leaf_;       // positions in uses_
  std::vector<std::uint32_t> first_in_leaf_;      // of each leaf
  std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> shared_;  // nodes with many jobs
};

// What stands for a path: which file it was matters only to prefer one writer to another.
std::uint64_t hash_of_path(std::string_view path) noexcept;

}  // namespace roar
