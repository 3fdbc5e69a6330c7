#include "plumbing/graph/written_contents.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>

namespace roar::plumbing {

WrittenContents::JobNumber WrittenContents::add_job(Timestamp started) {
  started_.push_back(started);
  return static_cast<JobNumber>(started_.size() - 1);
}

void WrittenContents::add(ArtifactNumber content, PathNumber path, JobNumber job) {
  by_place_.push_back({.content = content, .path = path, .job = job, .earliest = job});
}

// Jobs are mostly, but not always, recorded in the order in which they were started. So of those
// from any place on the one that was started first is noted: it rises from place to place, and can
// be searched.
template <typename SameRange>
void WrittenContents::find_earliest(Table& table, const SameRange& same_range) const {
  for (std::size_t i = table.size(); i-- > 1;) {
    Written& before = table[i - 1];
    if (!same_range(before, table[i])) continue;
    if (started_[table[i].earliest] < started_[before.earliest])
      before.earliest = table[i].earliest;
  }
}

void WrittenContents::arrange() {
  by_content_ = by_place_;
  std::ranges::sort(by_place_, {},
                    [](const Written& one) { return std::tuple(one.content, one.path, one.job); });
  find_earliest(by_place_, [](const Written& a, const Written& b) {
    return a.content == b.content && a.path == b.path;
  });
  std::ranges::sort(by_content_, {},
                    [](const Written& one) { return std::pair(one.content, one.job); });
  find_earliest(by_content_,
                [](const Written& a, const Written& b) { return a.content == b.content; });
  if (by_content_.empty()) return;
  first_of_.assign(by_content_.back().content + std::size_t{2}, 0);
  for (const Written& one : by_content_) ++first_of_[one.content + std::size_t{1}];
  std::partial_sum(first_of_.begin(), first_of_.end(), first_of_.begin());
}

WrittenContents::Range WrittenContents::range_at(ArtifactNumber content, PathNumber path) const {
  const auto [begin, end] = range_of(content);
  const std::span<const Written> all(by_place_.begin() + static_cast<std::ptrdiff_t>(begin),
                                     by_place_.begin() + static_cast<std::ptrdiff_t>(end));
  const auto first = std::ranges::lower_bound(all, path, {}, &Written::path);
  const auto last = std::ranges::upper_bound(all, path, {}, &Written::path);
  return {begin + static_cast<std::size_t>(first - all.begin()),
          begin + static_cast<std::size_t>(last - all.begin())};
}

std::size_t WrittenContents::last_before(const Table& table, Range range, Timestamp when) const {
  const auto begin = table.begin() + static_cast<std::ptrdiff_t>(range.first);
  const auto end = table.begin() + static_cast<std::ptrdiff_t>(range.second);
  const auto late = std::partition_point(
      begin, end, [&](const Written& one) { return started_[one.earliest] < when; });
  return late == begin ? range.first
                       : static_cast<std::size_t>(late - table.begin()) - std::size_t{1};
}

}  // namespace roar::plumbing
