#pragma once

#include <string_view>

#include "objects/store.h"
#include "plumbing/tags/tag_kinds.h"
#include "plumbing/tags/tags.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

struct TargetTags {
  LabelTarget target;
  Tags tags;
};

struct TagChange {
  TargetTags now;
  bool changed = false;
};

// Names are those of resolve(). All of these throw what it throws, and Errc::Usage for what is
// neither an artifact, nor a composite, nor a job; those that write throw Errc::Conflict if the
// hook reference-transaction refuses. Each of them reads and writes in one transaction.

TargetTags tags_of(const Store& store, const Workspace& workspace, std::string_view name);

// Tags by hand. What an artifact is given so is bound from the start.
TagChange add_tag(Store& store, const Workspace& workspace, std::string_view name,
                  const TagWord& tag);
// Takes one value, or all of a kind, away, and unbinds it.
TagChange remove_tag(Store& store, const Workspace& workspace, std::string_view name,
                     const TagWord& tag);
// Binds all values that the target has, or unbinds all that are bound. Only artifacts and
// composites are bound: Errc::Usage.
TagChange bind_tags(Store& store, const Workspace& workspace, std::string_view name, bool bind);

}  // namespace roar::plumbing
