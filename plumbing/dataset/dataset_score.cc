#include "plumbing/dataset/dataset_score.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace roar::plumbing {
namespace {

struct Weight {
  std::string_view evidence;
  int hundredths;
  bool (*holds)(const DatasetSigns&);
};

constexpr std::uint64_t kManyPaths = 8;
constexpr std::uint64_t kManyShards = 3;
constexpr std::size_t kManyRecordings = 3;
constexpr std::uint64_t kFewNotes = 5;

constexpr std::array kWeights{
    Weight{"anti_metadata_only", -35,
           [](const DatasetSigns& signs) {
             return signs.paths > 0 && signs.paths <= kFewNotes && !signs.has_other_than_notes &&
                    !signs.is_named;
           }},
    Weight{"anti_volatile_path", -25, [](const DatasetSigns& signs) { return signs.is_volatile; }},
    Weight{"class_folder_collapse", 15,
           [](const DatasetSigns& signs) { return signs.has_classes; }},
    Weight{"composite", 100, [](const DatasetSigns& signs) { return signs.is_whole; }},
    Weight{"container_internal_collapse", 10,
           [](const DatasetSigns& signs) { return signs.is_container; }},
    Weight{"declared", 100, [](const DatasetSigns& signs) { return signs.is_declared; }},
    Weight{"explicit_root_hint", 35, [](const DatasetSigns& signs) { return signs.is_named; }},
    Weight{"explicit_url", 20, [](const DatasetSigns& signs) { return signs.is_url; }},
    Weight{"high_cardinality", 20,
           [](const DatasetSigns& signs) { return signs.paths >= kManyPaths; }},
    Weight{"manifest_anchor", 25, [](const DatasetSigns& signs) { return signs.has_manifest; }},
    Weight{"partition_collapse", 15,
           [](const DatasetSigns& signs) { return signs.is_partitioned; }},
    Weight{"payload_ext", 20, [](const DatasetSigns& signs) { return signs.payloads > 0; }},
    Weight{"session_cluster", 20,
           [](const DatasetSigns& signs) { return signs.recordings.size() >= kManyRecordings; }},
    Weight{"shard_cluster", 10,
           [](const DatasetSigns& signs) { return signs.shards >= kManyShards; }}};
static_assert(std::ranges::is_sorted(kWeights, {}, &Weight::evidence));

}  // namespace

DatasetScore score_of(const DatasetSigns& signs) {
  constexpr int kCertain = 100;
  DatasetScore score;
  for (const Weight& weight : kWeights) {
    if (!weight.holds(signs)) continue;
    score.confidence += weight.hundredths;
    score.evidence.emplace_back(weight.evidence);
  }
  // What is certain is so whatever its path is called.
  if (signs.is_whole || signs.is_declared) score.confidence = kCertain;
  score.confidence = std::clamp(score.confidence, 0, kCertain);
  return score;
}

}  // namespace roar::plumbing
