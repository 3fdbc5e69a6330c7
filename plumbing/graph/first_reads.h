#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "objects/history.h"

namespace roar::plumbing {

// Which job was the first that read a content at a path, over all sessions. Asks the index once for
// each content. Must not outlive the transaction.
class FirstReads {
 public:
  explicit FirstReads(const ReadTransaction& transaction) : transaction_(transaction) {}

  // Its sequence number; nullopt if none did.
  std::optional<std::uint64_t> reader(const ObjectId& content, std::string_view path);
  // When that was started.
  std::optional<Timestamp> when(const ObjectId& content, std::string_view path);

 private:
  using ByPath = std::map<std::string, std::uint64_t, std::less<>>;

  const ReadTransaction& transaction_;
  std::unordered_map<ObjectId, ByPath> readers_;
  std::unordered_map<std::uint64_t, Timestamp> started_;  // by sequence number
};

}  // namespace roar::plumbing
