#pragma once

#include <iosfwd>

#include "objects/json.h"
#include "plumbing/composite/view_composite.h"

// Composites for people, and as JSON (roar-json(5)).

namespace roar::porcelain {

inline constexpr std::size_t kComponentsShown = 20;

// Digest, count, size and what is left out of it.
void print_composite_head(std::ostream& out, const Composite& composite);
void print_composite(std::ostream& out, const plumbing::CompositeView& view);
json::Object composite_json(const plumbing::CompositeView& view);

}  // namespace roar::porcelain
