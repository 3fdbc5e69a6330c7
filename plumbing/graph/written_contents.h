#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "objects/base/timestamp.h"
#include "plumbing/graph/edge_table.h"

namespace roar::plumbing {

// Which jobs wrote which content at which path. Jobs are numbered in the order in which they were
// recorded.
class WrittenContents {
 public:
  using JobNumber = std::uint32_t;

  // Of the next job.
  JobNumber add_job(Timestamp started);
  void add(ArtifactNumber content, PathNumber path, JobNumber job);
  // After all are added, and before the questions.
  void arrange();

  Timestamp started(JobNumber job) const { return started_[job]; }

  // Of the jobs that wrote the content, at the path or anywhere, and were started before `when`,
  // the one that was recorded last and that `accept` takes. What one of those it does not take
  // costs is little; those that were started too late cost nothing.
  template <typename Accept>
  std::optional<JobNumber> latest_at(ArtifactNumber content, PathNumber path, Timestamp when,
                                     const Accept& accept) const {
    return latest(by_place_, range_at(content, path), when, accept);
  }
  template <typename Accept>
  std::optional<JobNumber> latest_anywhere(ArtifactNumber content, Timestamp when,
                                           const Accept& accept) const {
    return latest(by_content_, range_of(content), when, accept);
  }

 private:
  struct Written {
    ArtifactNumber content = 0;
    PathNumber path = 0;
    JobNumber job = 0;
    JobNumber earliest = 0;  // of this one and those after it in its range, the one started first
  };
  using Table = std::vector<Written>;
  using Range = std::pair<std::size_t, std::size_t>;

  Range range_of(ArtifactNumber content) const {
    if (content + std::size_t{1} >= first_of_.size()) return {0, 0};
    return {first_of_[content], first_of_[content + 1]};
  }
  Range range_at(ArtifactNumber content, PathNumber path) const;
  // The last in the range that was started before; the first of the range if none was.
  std::size_t last_before(const Table& table, Range range, Timestamp when) const;
  template <typename SameRange>
  void find_earliest(Table& table, const SameRange& same_range) const;

  template <typename Accept>
  std::optional<JobNumber> latest(const Table& table, Range range, Timestamp when,
                                  const Accept& accept) const {
    if (range.first == range.second) return std::nullopt;
    for (std::size_t i = last_before(table, range, when) + 1; i-- > range.first;) {
      const JobNumber job = table[i].job;
      if (started_[job] < when && accept(job)) return job;
    }
    return std::nullopt;
  }

  std::vector<Timestamp> started_;     // of the jobs
  Table by_place_;                     // by content, path and job
  Table by_content_;                   // by content and job
  std::vector<std::size_t> first_of_;  // by content: where it begins in both; one more at the end
};

}  // namespace roar::plumbing
