#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "objects/fields.h"
#include "objects/json.h"
#include "objects/object_id.h"

// What nodes of every kind have in common (docs/formats/node.md).

namespace roar {

// An entry of an inner node.
struct NodeChild {
  std::string last_path;    // of what is below it
  std::uint64_t count = 0;  // of what is below it
  ObjectId node;

  bool operator==(const NodeChild&) const = default;
};

// As it stands in a payload, after a comma unless it is the first.
void append_entry(std::string& entries, const NodeChild& child);

// These throw Errc::Corrupt for what no node has.

std::uint32_t level_of(const Fields& node);

// The node's entries, of which each must come after the one before by what `order_of` makes of it.
template <typename Entry, typename Order>
std::vector<Entry> entries_of(const Fields& node, Entry (*parse)(const json::Object&),
                              Order order_of) {
  std::vector<Entry> entries;
  for (const json::Value& value : node.array("entries")) {
    if (value.object() == nullptr) node.fail("entries", "is not a list of objects");
    entries.push_back(parse(*value.object()));
    if (entries.size() > 1 && !(order_of(entries[entries.size() - 2]) < order_of(entries.back())))
      node.fail("entries", "is not sorted");
  }
  if (entries.empty()) node.fail("entries", "is empty");
  return entries;
}

std::vector<NodeChild> children_of(const Fields& node);  // of an inner one

}  // namespace roar
