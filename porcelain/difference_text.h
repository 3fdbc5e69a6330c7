#pragma once

#include <iosfwd>
#include <string>

#include "objects/json.h"
#include "plumbing/graph/differences.h"

namespace roar::porcelain {

// "data/raw.csv: 8e4c7c1b99db -> 91aa77c01234", "--lr: 0.1 -> 0.2", "--fast: (none) -> given".
std::string difference_text(const plumbing::Difference& difference);

// The differences as a numbered list, the likeliest first, and below it what follows from them.
void print_comparison(std::ostream& out, const plumbing::Comparison& comparison,
                      std::size_t differences_max);

// Puts "differences", "consequences", "unexplained" and "jobs_compared" into the object.
void put_comparison(json::Object& object, const plumbing::Comparison& comparison);

}  // namespace roar::porcelain
