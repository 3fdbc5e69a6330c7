#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/json.h"
#include "objects/object_id.h"

// What ties a job to a state of its code. Part of the payload of a job: docs/formats/job.md.

namespace roar {

// A file of code whose bytes neither the commit nor the patch has, kept as a blob.
struct KeptCode {
  std::string path;  // like Edge::path
  ObjectId blob;

  auto operator<=>(const KeptCode&) const = default;
};

// A changed file that was kept neither in the patch nor as a blob.
struct WithheldCode {
  std::string path;    // like Edge::path
  std::string reason;  // a word from docs/formats/job.md, such as "secret"

  auto operator<=>(const WithheldCode&) const = default;
};

struct GitState {
  std::string commit;  // hexadecimal; empty before the first commit
  std::string branch;  // empty if the head is detached
  std::string remote;  // URL without credentials; empty if there is none
  bool dirty = false;
  std::string unknown{};            // why nobody knows whether it is dirty: a word; empty if known
  std::optional<ObjectId> patch{};  // blob: `git apply` makes the tree from the commit with it
  std::vector<KeptCode> code{};     // sorted
  std::vector<WithheldCode> withheld{};  // sorted
  std::vector<std::string> drifted{};    // tracked code that was read and is not as in the commit

  bool operator==(const GitState&) const = default;
};

json::Value json_of(const GitState& git);
// Throws Errc::Corrupt for what json_of does not write; unknown keys are accepted.
GitState git_state_of(const json::Object& object);

}  // namespace roar
