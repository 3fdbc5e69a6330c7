#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/component.h"
#include "objects/composite.h"
#include "objects/transaction.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

struct ComponentDifference {
  std::string path;                 // in the composites that were compared, through nested ones
  std::optional<Component> before;  // nullopt: it is new
  std::optional<Component> after;   // nullopt: it is gone
};

struct CompositeComparison {
  Composite before;
  Composite after;
  std::vector<ComponentDifference> differences;
  std::uint64_t nodes_read = 0;
};

// What differs between two composites, each any name of one. Nested composites that differ are
// gone into. Reads the nodes on the way to what differs, and no others. Throws Errc::Usage if a
// name stands for something else.
CompositeComparison compare_composites(const Workspace& workspace, std::string_view before,
                                       std::string_view after);

// The composite that the name stands for.
ObjectId composite_named(const ReadTransaction& transaction, const Workspace& workspace,
                         std::string_view name);

}  // namespace roar::plumbing
