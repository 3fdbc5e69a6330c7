#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "objects/base/timestamp.h"
#include "objects/job.h"
#include "objects/object_id.h"

namespace roar {

// A session is a chain of these, like commits: a root that carries the random id, then one entry
// per job. Payload: docs/formats/session.md.
struct SessionEntry {
  std::string session;               // the session's id: 32 lower-case hexadecimal digits
  Timestamp created;                 // root only
  std::optional<ObjectId> previous;  // none for the root
  std::optional<ObjectId> job;       // none for the root
  JobKind kind = JobKind::Run;       // which numbering the step belongs to
  std::uint32_t step = 0;            // from 1; runs and builds count separately
  std::string step_name;             // may be empty

  bool operator==(const SessionEntry&) const = default;
};

std::string encode(const SessionEntry& entry);
SessionEntry decode_session(std::string_view payload);

}  // namespace roar
