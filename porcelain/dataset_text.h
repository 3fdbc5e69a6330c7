#pragma once

#include <iosfwd>
#include <vector>

#include "objects/json.h"
#include "plumbing/dataset/dataset.h"

// Data sets of a job for people, and as JSON.

namespace roar::porcelain {

// Nothing if there are none.
void print_datasets(std::ostream& out, const std::vector<plumbing::Dataset>& datasets);
json::Array datasets_json(const std::vector<plumbing::Dataset>& datasets);

}  // namespace roar::porcelain
