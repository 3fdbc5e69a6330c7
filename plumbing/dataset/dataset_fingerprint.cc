#include "plumbing/dataset/dataset_fingerprint.h"

#include <algorithm>

#include "objects/base/hex.h"
#include "objects/blake3.h"

namespace roar::plumbing {

std::string observed_fingerprint(std::vector<ObservedContent> contents) {
  constexpr std::string_view kDomain = "roar:dataset-observed:v1\n";
  std::ranges::sort(contents, {}, &ObservedContent::path);
  Blake3 hash;
  hash.update(kDomain);
  std::string line;
  for (const ObservedContent& content : contents) {
    line = content.path;
    line += '\0';
    line += "blake3:";
    line += content.blake3;
    line += '\n';
    hash.update(line);
  }
  return to_hex(hash.finish());
}

}  // namespace roar::plumbing
