#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/edge.h"
#include "objects/transaction.h"

// Which job's output became which job's input: the graph that the indexes of a store imply.
//
// Objects go by their numbers in this store (ObjectInfo::sequence), from 1 in the order of writing.
// A job's input comes from the latest job that was recorded before it and wrote the content at the
// same path; failing that, from the latest before it that wrote the content anywhere, unless it is
// empty. So who made something always has a lower number, and there are no circles.

namespace roar {

// How a graph comes by its facts. The answers are the same, but for the order of parents.
enum class LineageReach : std::uint8_t {
  Near,      // job by job, as it is asked
  Adaptive,  // job by job, until it would have been cheaper to read the derived tables as a whole
  Whole,     // as a whole
};

// Answers are remembered for as long as the object lives, so that what jobs have in common is read
// once. Job by job it costs some microseconds an edge; as a whole, a tenth of that for each edge of
// the store, in time, and some forty bytes. Must not outlive the transaction.
class LineageGraph {
 public:
  explicit LineageGraph(const ReadTransaction& transaction,
                        LineageReach reach = LineageReach::Near);
  ~LineageGraph();
  LineageGraph(const LineageGraph&) = delete;
  LineageGraph& operator=(const LineageGraph&) = delete;

  // The numbers of all objects are from 1 to this.
  std::uint64_t highest_number() const noexcept;

  // When the job was started.
  Timestamp started(std::uint64_t job);
  // Fills in the ids of objects whose number and type are known, each once. Throws Errc::Corrupt if
  // one has another type or is missing.
  void fill_ids(std::span<ObjectInfo> objects) const;

  // All of these throw Errc::Corrupt if the object with a job's number is no job.

  // Jobs that the inputs of the job come from, each once; with LineageReach::Near in the order of
  // its data, code and system files by path.
  std::vector<std::uint64_t> parents(std::uint64_t job);
  // Jobs whose inputs come from the job, each once, in the order of recording.
  std::vector<std::uint64_t> children(std::uint64_t job);
  // Jobs that wrote, or that read, the artifact, each once, in the order of recording.
  std::vector<std::uint64_t> writers(std::uint64_t artifact);
  std::vector<std::uint64_t> readers(std::uint64_t artifact);

  // Jobs of the session, oldest first.
  std::vector<std::uint64_t> jobs_of_session(std::string_view session) const;

  using FileVisitor = std::function<void(std::uint64_t artifact)>;
  // The job's data and code inputs, or outputs, of which the content is known. What belongs to a
  // part of a tree that was told of before, for whichever job, is left out.
  void for_each_new_file(std::uint64_t job, EdgeRole role, const FileVisitor& visit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace roar
