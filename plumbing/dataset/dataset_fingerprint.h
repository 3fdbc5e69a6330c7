#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roar::plumbing {

// What is known of one file of a data set.
struct ObservedContent {
  std::string_view path;    // below the data set's directory
  std::string_view blake3;  // of its content, in hexadecimal
};

// Names a fingerprint of what a job used of a directory, which need not be all there is. It is no
// digest of a composite, and is not to be taken for one.
inline constexpr std::string_view kObservedFingerprint = "observed-blake3";

// The fingerprint, in hexadecimal, of files in any order, each path once: docs/formats/dataset.md.
std::string observed_fingerprint(std::vector<ObservedContent> contents);

}  // namespace roar::plumbing
