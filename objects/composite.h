#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/object_id.h"
#include "objects/transaction.h"

namespace roar {

// A set of components as one artifact. Payload: docs/formats/composite.md.
struct Composite {
  std::string algorithm;       // "composite-blake3" or "composite-sha256"
  std::string digest;          // by the published algorithm: 64 lower-case hexadecimal digits
  std::string structure = {};  // how it was recognised: "zarr", "nested" ...; empty: declared
  std::uint64_t count = 0;     // components
  std::uint64_t files = 0;     // files and links; more than `count` if components are composites
  std::uint64_t size = 0;      // of all files, in bytes
  ObjectId node = {};          // root of the tree of components
  // Paths below its directory that are no components, sorted; of many, the first ones.
  std::vector<std::string> excluded = {};
  std::uint64_t excluded_count = 0;

  bool operator==(const Composite&) const = default;
};

inline constexpr std::size_t kExcludedListed = 1000;

std::string encode(const Composite& composite);
Composite decode_composite(std::string_view payload);

Composite read_composite(const ReadTransaction& transaction, const ObjectId& id);

// "refs/composites/<digest>".
std::string composite_ref(const Composite& composite);

// Has composites found by their digest, and kept: the ref is put at it. What the reason is not that
// of a job for stays until its ref is deleted (objects/job_composites.h).
void keep_composite(WriteTransaction& transaction, const ObjectId& id, Timestamp when,
                    std::string_view reason);

// Those that are kept and whose digest starts with these hexadecimal digits; `limit` at most.
// `algorithm` narrows the search; empty means all.
struct CompositeMatch {
  ObjectId composite;
  std::string algorithm;
  std::string digest;
};
std::vector<CompositeMatch> composites_with_digest(const ReadTransaction& transaction,
                                                   std::string_view algorithm,
                                                   std::string_view prefix, std::size_t limit);

}  // namespace roar
