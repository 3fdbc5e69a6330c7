#include "plumbing/use_views.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "objects/newest_uses.h"

namespace roar::plumbing {
namespace {

// All are best gathered at once.
SearchPace pace_for(std::size_t uses_max) noexcept {
  return uses_max == kNoLimit ? SearchPace{.first = kNoLimit, .second = kNoLimit} : SearchPace{};
}

struct FoundUse {
  std::size_t artifact = 0;  // which of those that were asked about
  NumberedUse use;

  auto operator<=>(const FoundUse&) const = default;
};

std::vector<FoundUse> newest_in_role(const ReadTransaction& transaction,
                                     const std::vector<ObjectId>& artifacts, EdgeRole role,
                                     std::size_t uses_max, bool& cut) {
  std::vector<FoundUse> found;
  for (std::size_t i = 0; i < artifacts.size(); ++i) {
    const std::size_t before = found.size();
    const auto take = [&](const NumberedUse& use) {
      const bool is_full = found.size() - before == uses_max;
      if (!is_full) found.push_back({.artifact = i, .use = use});
      cut = cut || is_full;
      return !is_full;
    };
    for_each_use_newest_first(transaction, artifacts[i], role, take, pace_for(uses_max));
  }
  if (found.size() <= uses_max) return found;
  cut = true;
  std::ranges::stable_sort(found, std::greater(), [](const FoundUse& one) { return one.use.job; });
  found.resize(uses_max);
  return found;
}

// The newest uses that wrote this artifact to the path.
void add_writers(const ReadTransaction& transaction, std::string_view path,
                 const ObjectId& artifact, std::size_t uses_max, std::set<NumberedPathUse>& found) {
  const auto info = transaction.info(artifact);
  if (!info) return;
  std::size_t looked_at = 0;
  for_each_use_newest_first(transaction, artifact, EdgeRole::Output, [&](const NumberedUse& use) {
    if (use.path == path)
      found.insert({.job = use.job, .role = use.role, .artifact = info->sequence});
    return ++looked_at < uses_max;
  });
}

// What sequence numbers stand for: jobs in one line, and artifacts. Each is read once.
class Summaries {
 public:
  explicit Summaries(const ReadTransaction& transaction) noexcept : transaction_(transaction) {}

  UseView view(std::uint64_t job, EdgeRole role, std::optional<ObjectId> artifact,
               std::string path) {
    const auto [entry, is_new] = known_.try_emplace(job);
    if (is_new) {
      const NumberedJob read = read_numbered_job(transaction_, job);
      entry->second = job_summary(transaction_, read.id, read.job);
    }
    return {.use = {.job = entry->second.id,
                    .role = role,
                    .artifact = artifact,
                    .path = std::move(path)},
            .job = entry->second};
  }

  // Nullopt for 0.
  std::optional<ObjectId> artifact(std::uint64_t number) {
    if (number == 0) return std::nullopt;
    const auto [entry, is_new] = artifacts_.try_emplace(number);
    if (is_new) entry->second = id_of_numbered(transaction_, number);
    return entry->second;
  }

 private:
  const ReadTransaction& transaction_;
  std::map<std::uint64_t, JobSummary> known_;
  std::map<std::uint64_t, ObjectId> artifacts_;
};

}  // namespace

ShownUses newest_uses(const ReadTransaction& transaction, const std::vector<ObjectId>& artifacts,
                      std::size_t uses_max) {
  ShownUses shown;
  std::vector<FoundUse> found =
      newest_in_role(transaction, artifacts, EdgeRole::Input, uses_max, shown.cut.inputs);
  std::ranges::move(
      newest_in_role(transaction, artifacts, EdgeRole::Output, uses_max, shown.cut.outputs),
      std::back_inserter(found));
  std::ranges::sort(found);
  Summaries summaries(transaction);
  for (FoundUse& one : found)
    shown.uses.push_back(summaries.view(one.use.job, one.use.role, artifacts[one.artifact],
                                        std::move(one.use.path)));
  return shown;
}

ShownUses newest_uses_at(const ReadTransaction& transaction, std::string_view path,
                         const std::vector<ObjectId>& versions, std::size_t uses_max) {
  ShownUses shown;
  std::set<NumberedPathUse> found;
  const auto take = [&](const NumberedPathUse& use) {
    const bool is_full = found.size() == uses_max;
    if (!is_full) found.insert(use);
    shown.cut = {.inputs = is_full, .outputs = is_full};
    return !is_full;
  };
  for_each_path_use_newest_first(transaction, path, take, pace_for(uses_max));
  if (shown.cut.any())
    for (const ObjectId& version : versions)
      add_writers(transaction, path, version, uses_max, found);
  Summaries summaries(transaction);
  for (const NumberedPathUse& use : found)
    shown.uses.push_back(
        summaries.view(use.job, use.role, summaries.artifact(use.artifact), std::string(path)));
  return shown;
}

bool is_blake3_asked_for(const ReadTransaction& transaction, const std::vector<ObjectId>& artifacts,
                         std::size_t uses_max) {
  bool is_asked = false;
  bool is_used = false;
  for (const ObjectId& artifact : artifacts) {
    std::size_t looked_at = 0;
    std::uint64_t last = 0;
    const auto look = [&](const NumberedUse& use) {
      is_used = true;
      if (std::exchange(last, use.job) != use.job) {
        const std::vector<std::string> hashes = read_numbered_job(transaction, use.job).job.hashes;
        is_asked = hashes.empty() || std::ranges::find(hashes, "blake3") != hashes.end();
      }
      return !is_asked && ++looked_at < uses_max;
    };
    for_each_use_newest_first(transaction, artifact, std::nullopt, look, pace_for(uses_max));
    if (is_asked) return true;
  }
  return !is_used;
}

}  // namespace roar::plumbing
