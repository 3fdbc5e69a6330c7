#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "objects/base/byte_stream.h"
#include "objects/object_id.h"

// What stands in a bundle before its pack. docs/formats/bundle.md describes the format.

namespace roar {

struct BundleHead {
  std::string ref;
  ObjectId target;

  auto operator<=>(const BundleHead&) const = default;
};

struct BundleHeader {
  std::vector<ObjectId> prerequisites;  // what a receiver must have already; sorted, each once
  std::vector<BundleHead> heads;        // sorted by ref, each once
};

// Both lists must be as they say.
std::string encode(const BundleHeader& header);

// Takes a bundle apart that nobody vouches for.
class BundleReader {
 public:
  // Reads the header. Throws Errc::Corrupt if this is no bundle, saying what it is if that is
  // known, and Errc::Unsupported for a newer version or one of more than 64 MiB.
  explicit BundleReader(ByteSource source);

  const BundleHeader& header() const noexcept { return header_; }
  // What follows the header: a pack. Once; not to be used after this object is gone.
  ByteSource pack();

 private:
  std::string line();

  ByteSource source_;
  std::string read_;      // and not used from `used_` on
  std::size_t used_ = 0;  // bytes of `read_`
  std::size_t size_ = 0;  // of the header so far
  BundleHeader header_;
};

}  // namespace roar
