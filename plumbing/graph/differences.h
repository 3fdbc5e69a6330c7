#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "plumbing/graph/upstream.h"

namespace roar::plumbing {

// What kind of thing differs between two jobs.
enum class DifferenceKind : std::uint8_t {
  Data,         // a file that no recorded job made
  Code,         // a file of code that was read
  Parameters,   // arguments, variables
  Pipeline,     // which jobs made the inputs, and which inputs there are
  Packages,     // versions of packages
  Environment,  // programs and libraries, the machine
  Commit,       // of the repository; what was read of it is under Code
  Outcome       // how the jobs ended
};
std::string_view difference_name(DifferenceKind kind) noexcept;  // "data", "code", ...

// One thing that differs between two histories, at two jobs that correspond to each other.
struct Difference {
  DifferenceKind kind = DifferenceKind::Data;
  std::string subject;  // a path, an option, a package, ...
  std::string before;   // digest, value, version; empty: there was none
  std::string after;
  // How likely it explains that results differ, from 0 to 100, by its kind.
  int weight = 0;
  std::optional<JobSummary> job_before = {};  // the pair of jobs; none where one has no counterpart
  std::optional<JobSummary> job_after = {};
  std::uint64_t distance = 0;  // how many jobs from the ones that were asked about
};

// A file that differs because what made it differs.
struct Consequence {
  std::string path;
  std::optional<ObjectId> before;
  std::optional<ObjectId> after;
  JobSummary made_before;
  JobSummary made_after;
  ObjectId reader_after;       // who read it
  std::uint64_t distance = 0;  // that its reader is away
  bool repacked = false;       // it holds the same when it is unpacked, as was recorded
};

struct JobPair {
  ObjectId before;
  ObjectId after;
};

struct Comparison {
  std::vector<Difference> differences;    // the likeliest first
  std::vector<Consequence> consequences;  // the nearest first
  std::uint64_t jobs = 0;                 // pairs that were compared
  // Pairs of which all that was recorded is equal, and yet what they wrote is not.
  std::vector<std::pair<JobSummary, JobSummary>> unexplained;
};

// Compares pairs of jobs, and what their inputs came from: where both read another content at one
// path, and jobs made both, those are compared in turn. Each pair once; equal parts of two
// histories are not gone into.
Comparison compare_jobs(const ReadTransaction& transaction, const std::vector<JobPair>& pairs);

}  // namespace roar::plumbing
