#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace roar::plumbing {

// What speaks for and against a directory, or a URL, being a data set.
struct DatasetSigns {
  std::uint64_t paths = 0;     // below it, of the job and of the steps before
  std::uint64_t payloads = 0;  // of these: of a format that data sets are made of
  std::uint64_t shards = 0;
  bool has_manifest = false;
  bool is_container = false;
  bool is_partitioned = false;
  bool has_classes = false;
  bool is_named = false;              // by an option of the command
  bool is_url = false;                // and with a scheme
  bool is_whole = false;              // a composite that its structure tells
  bool is_declared = false;           // a composite that the user declared
  bool has_other_than_notes = false;  // files that are no JSON and the like
  bool is_volatile = false;
  std::set<std::string> recordings;
};

struct DatasetScore {
  int confidence = 0;                 // hundredths: 0 to 100
  std::vector<std::string> evidence;  // words of docs/formats/dataset.md, sorted
};

// The weights are in docs/formats/dataset.md.
DatasetScore score_of(const DatasetSigns& signs);

inline constexpr int kConfidenceLeast = 55;

}  // namespace roar::plumbing
