#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/edge_tree_builder.h"
#include "objects/history.h"
#include "objects/store_impl.h"

// The derived tables: what is written to them when a job is appended, and how their keys are read.
// docs/formats/store.md describes them. Nobody but the files that implement history.h includes
// this.

namespace roar {

// Keys of rows, as docs/formats/store.md lays them out.
std::string job_key(const Job& job, std::uint64_t sequence);
std::string uid_key(const Job& job, std::uint64_t sequence);
// What job_key was made of: when a job was started, and its sequence number.
std::pair<Timestamp, std::uint64_t> start_of_key(std::string_view key);
std::string path_key(const Edge& edge, std::uint64_t leaf, std::uint64_t artifact);
std::string_view path_value(const Edge& edge) noexcept;
// `number` tells the paths in one leaf apart at which the artifact has the role.
std::string use_key(std::uint64_t artifact, EdgeRole role, std::uint64_t leaf,
                    std::uint32_t number);

// An artifact that a transaction stored, and the sequence number that it has.
struct IndexedArtifact {
  ObjectId id;
  std::uint64_t sequence = 0;

  auto operator<=>(const IndexedArtifact&) const = default;
};

// Stores those of the artifacts whose ids are in `wanted`, which is sorted, and makes them findable
// by content. In order of id.
std::vector<IndexedArtifact> put_artifacts(ReadTransaction::Impl& impl,
                                           const std::vector<Artifact>& artifacts,
                                           const std::vector<ObjectId>& wanted);
// Of one of those that were just stored, or else of any. Throws Errc::NotFound.
std::uint64_t artifact_sequence(const ReadTransaction::Impl& impl,
                                const std::vector<IndexedArtifact>& stored, const ObjectId& id);
// Stores further digests and makes them findable; their artifacts must be stored.
void put_digests(ReadTransaction::Impl& impl, const std::vector<DigestRecord>& digests);
// A digest object was stored: it can be found from its artifact if that was there before it, and
// the artifact from the digest if a job in the index uses it.
void index_digest(ReadTransaction::Impl& impl, std::string_view payload, std::uint64_t sequence);

// The key of the row by which a digest object is found from its artifact; nullopt if there is none.
std::optional<std::string> digest_row_of(ReadTransaction::Impl& impl, std::uint64_t sequence);

// A tree of inputs and outputs, as it was built.
struct BuiltTree {
  std::vector<const Edge*> edges;  // in order of path and role
  std::vector<BuiltNode> nodes;    // see EdgeTreeBuilder
};

// Edges in a leaf that no job in the index holds: what the index has to learn.
struct NewLeaf {
  std::uint64_t node = 0;  // sequence number
  std::span<const Edge* const> edges;
};
std::vector<NewLeaf> new_leaves(const ReadTransaction::Impl& impl, const BuiltTree& tree);

// Makes edges findable by path and by artifact.
void index_leaves(ReadTransaction::Impl& impl, const std::vector<NewLeaf>& leaves,
                  const std::vector<IndexedArtifact>& artifacts);

// Says which job holds the tree and which of its nodes hold which. After index_leaves: a node that
// has a holder is taken for indexed.
void index_holders(ReadTransaction::Impl& impl, std::uint64_t job, const BuiltTree& tree);

// Finds the jobs that hold a node, each node looked at once.
class Holders {
 public:
  // Looks at `rows_max` rows of the index at most.
  explicit Holders(const ReadTransaction::Impl& impl,
                   std::size_t rows_max = std::numeric_limits<std::size_t>::max()) noexcept
      : impl_(&impl), rows_left_(rows_max) {}
  // Sequence numbers, in order, each once. Valid until the next call.
  const std::vector<std::uint64_t>& jobs_with(std::uint64_t node);
  // Whether there were no more rows than that: else jobs may be missing from every answer.
  bool saw_all() const noexcept { return saw_all_; }

 private:
  const ReadTransaction::Impl* impl_;
  std::size_t rows_left_;
  bool saw_all_ = true;
  std::map<std::uint64_t, std::vector<std::uint64_t>> jobs_;
};

// The key that says that `holder`, a node or a job, holds the node.
std::string holder_key(std::uint64_t node, ObjectType type, std::uint64_t holder);
// Its value, in a store of this format, for a leaf of this group or an inner node.
std::string holder_value(int format, std::optional<EdgeGroup> leaf_group);
// What such a value says, if anything. Throws Errc::Corrupt.
std::optional<EdgeGroup> group_in_holder(std::string_view value);

// A job's place in a session: the keys of the tables of steps and places.
struct IndexedPlace {
  std::uint64_t job = 0;    // sequence numbers of the job
  std::uint64_t entry = 0;  // and of the session's entry
  std::string session;      // hexadecimal
  JobKind kind = JobKind::Run;
  std::uint32_t step = 0;
  std::string step_name;
};

// Keys and the one value of the two rows of a place.
struct PlaceRows {
  std::string step_key;
  std::string step_value;
  std::string place_key;
  std::string place_value;
};
PlaceRows rows_of(const IndexedPlace& place);
void index_place(ReadTransaction::Impl& impl, const IndexedPlace& place);
void unindex_place(ReadTransaction::Impl& impl, const IndexedPlace& place);
// Those in a session, of one kind and step if they are given, in order of kind, step and entry.
std::vector<IndexedPlace> indexed_places(const ReadTransaction::Impl& impl,
                                         std::string_view session, std::optional<JobKind> kind,
                                         std::optional<std::uint32_t> step);
std::vector<IndexedPlace> indexed_places_of_job(const ReadTransaction::Impl& impl,
                                                std::uint64_t job);
// The newest execution of the step; of the last step if `step` is absent.
std::optional<IndexedPlace> newest_place(const ReadTransaction::Impl& impl,
                                         std::string_view session, JobKind kind,
                                         std::optional<std::uint32_t> step);

// What there is of steps in a session.
struct IndexedSteps {
  std::uint64_t runs = 0;  // steps of this kind
  std::uint64_t builds = 0;
  std::vector<IndexedPlace> newest;  // executions of different steps, the newest first
};
// With the newest execution of each of the `newest_max` steps that ran last.
IndexedSteps newest_places(const ReadTransaction::Impl& impl, std::string_view session,
                           std::size_t newest_max);
// The executions of one step, newest first, until `visit` returns false.
void for_each_place_of_step(const ReadTransaction::Impl& impl, std::string_view session,
                            JobKind kind, std::uint32_t step,
                            const std::function<bool(const IndexedPlace&)>& visit);

void index_job(ReadTransaction::Impl& impl, std::uint64_t sequence, const Job& job);

}  // namespace roar
