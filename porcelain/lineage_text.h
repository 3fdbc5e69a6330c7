#pragma once

#include <iosfwd>
#include <string>

#include "objects/json.h"
#include "plumbing/graph/lineage_tree.h"

namespace roar::porcelain {

// A tree of files and the jobs that made them, from the target upwards. What stands there already
// is not repeated.
void print_lineage(std::ostream& out, const plumbing::LineageView& view, const std::string& name);

// "artifact" if the target is one, "jobs" and "artifacts", each once.
json::Object lineage_json(const plumbing::LineageView& view);

}  // namespace roar::porcelain
