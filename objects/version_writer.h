#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "objects/component_node.h"
#include "objects/transaction.h"

namespace roar {

// Stores the objects of a composite where an earlier version of it may be stored already: nodes as
// deltas against those that have their place in the earlier tree. Nodes should come in order of
// path, as ComponentTreeBuilder makes them, or else the earlier ones are read more than once.
class VersionWriter {
 public:
  explicit VersionWriter(WriteTransaction& transaction) noexcept : transaction_(&transaction) {}

  // Like WriteTransaction::put. `earlier` is a composite; whether it is there, sound, and anything
  // like the new one, is found out.
  ObjectId put(ObjectType type, std::string_view payload, const std::optional<ObjectId>& earlier);

 private:
  struct Read {
    ObjectId id;
    ComponentNode node;
  };

  // Both throw Errc::NotFound or Errc::Corrupt.
  ObjectId counterpart(std::string_view payload, const ObjectId& earlier);
  const ComponentNode& node_at_place(const ObjectId& id, std::size_t place);

  WriteTransaction* transaction_;
  ObjectId composite_;              // whose tree was looked at last
  ObjectId root_;                   // of that tree
  std::map<std::size_t, Read> at_;  // the node that was read last, by its distance from the root
};

}  // namespace roar
