#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "objects/edge.h"
#include "plumbing/dataset/dataset_profile.h"

namespace roar::plumbing {

// A data set that a job read or wrote, as far as names, types and contents of files tell. What each
// member says, and the words of `evidence`: docs/formats/dataset.md.
struct Dataset {
  std::string id;    // "file:///abs/dir", or a URL from the command
  std::string path;  // of the directory, in stored form; empty for a URL
  EdgeRole role = EdgeRole::Input;
  std::string fingerprint;  // hexadecimal; empty if the contents are not known
  std::string fingerprint_algorithm;
  int confidence = 0;                 // hundredths
  std::vector<std::string> evidence;  // sorted
  std::string split;                  // "train", "val" ...; empty if none, or several
  std::string version_hint;           // "v1.2", "2024-01-31" ...; may be empty
  std::uint64_t observed_paths = 0;   // files below it that the job used
  DatasetProfile profile;             // of the whole if that is known, else of what was observed

  bool operator==(const Dataset&) const = default;
};

}  // namespace roar::plumbing
