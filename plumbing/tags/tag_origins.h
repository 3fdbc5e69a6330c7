#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/timestamp.h"
#include "objects/store.h"
#include "plumbing/tags/tag_kinds.h"
#include "plumbing/tags/tags.h"
#include "plumbing/views.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

// Why an artifact or a composite has a value: a person said so, or a job brought it from what it
// read.
struct TagOrigin {
  ObjectId target;
  std::string composite;  // its digest, of a composite
  std::string path;       // one at which it was seen; empty if there is none
  TagValue value;
  bool bound = false;
  std::optional<Timestamp> since{};  // when the labels got it
  std::optional<JobSummary> job{};   // that brought it, if it is known here
  std::vector<TagOrigin> inputs{};   // tag_sources() of that job that have the value now
  bool again = false;                // it stands further up already; `inputs` is empty here
};

// For each value of the kind, or the one value, that the target has; none if it has none. Throws
// what tags_of() throws, and Errc::Usage for a job.
std::vector<TagOrigin> origins_of_tag(const Store& store, const Workspace& workspace,
                                      std::string_view name, const TagWord& tag);

}  // namespace roar::plumbing
