#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "objects/store.h"
#include "plumbing/graph/inputs.h"
#include "plumbing/graph/lineage_tree.h"

// Questions about where things come from, each answered from one snapshot. All throw as
// lineage_target() does for the names.

namespace roar::plumbing {

std::pair<LineageTarget, std::vector<LineageInput>> inputs_of_name(const Store& store,
                                                                   const Workspace& workspace,
                                                                   std::string_view name,
                                                                   const InputsQuery& query);

LineageView lineage_of_name(const Store& store, const Workspace& workspace, std::string_view name,
                            const LineageViewQuery& query);

}  // namespace roar::plumbing
