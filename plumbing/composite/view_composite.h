#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "objects/component.h"
#include "objects/composite.h"
#include "objects/label_value.h"
#include "objects/membership_filter.h"
#include "objects/store.h"

namespace roar::plumbing {

// A composite for showing it.
struct CompositeView {
  ObjectId id;
  Composite composite;
  std::vector<Component> components;  // the first ones, by path
  // Of all files, also in nested composites; only if all components were asked for.
  std::optional<MembershipFilter> filter = {};
  LabelDocument labels = {};
};

inline constexpr std::size_t kAllComponents = static_cast<std::size_t>(-1);

CompositeView view_composite(const Store& store, const ObjectId& id, std::size_t components_max);

}  // namespace roar::plumbing
