#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/history.h"
#include "objects/store_impl.h"

// The derived tables: what is written to them when a job is appended, and how their keys are read.
// docs/formats/store.md describes them. Nobody but the files that implement history.h includes
// this.

namespace roar {

// An artifact that a transaction stored, and the sequence number that it has.
struct IndexedArtifact {
  ObjectId id;
  std::uint64_t sequence = 0;

  auto operator<=>(const IndexedArtifact&) const = default;
};

// Stores the artifacts and makes them findable by content. In order of id.
std::vector<IndexedArtifact> put_artifacts(ReadTransaction::Impl& impl,
                                           const std::vector<Artifact>& artifacts);
// The same for further digests, whose artifacts must be stored.
void put_digests(ReadTransaction::Impl& impl, const std::vector<DigestRecord>& digests);

// Makes edges findable by path and by artifact. `edges` is in order of path; inputs and outputs
// count.
void index_edges(ReadTransaction::Impl& impl, std::uint64_t job,
                 const std::vector<const Edge*>& edges,
                 const std::vector<IndexedArtifact>& artifacts);

// A job's place in a session: the keys of the tables of steps and places.
struct IndexedPlace {
  std::uint64_t job = 0;    // sequence numbers of the job
  std::uint64_t entry = 0;  // and of the session's entry
  std::string session;      // hexadecimal
  JobKind kind = JobKind::Run;
  std::uint32_t step = 0;
  std::string step_name;
};

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

// The newest execution of each step of the session, in order of kind and step.
std::vector<IndexedPlace> newest_places(const ReadTransaction::Impl& impl,
                                        std::string_view session);
// The executions of one step, newest first, until `visit` returns false.
void for_each_place_of_step(const ReadTransaction::Impl& impl, std::string_view session,
                            JobKind kind, std::uint32_t step,
                            const std::function<bool(const IndexedPlace&)>& visit);

void index_job(ReadTransaction::Impl& impl, std::uint64_t sequence, const Job& job);

}  // namespace roar
