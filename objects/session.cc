#include "objects/session.h"

#include <limits>

#include "objects/base/error.h"
#include "objects/fields.h"

namespace roar {

std::string encode(const SessionEntry& entry) {
  json::Object object{{"session", entry.session}, {"v", 1}};
  if (entry.previous) {
    ROAR_ASSERT(entry.job && entry.step > 0);
    object.emplace("job_oid", json_of(*entry.job));
    object.emplace("kind", kind_name(entry.kind));
    object.emplace("previous_oid", json_of(*entry.previous));
    object.emplace("step", entry.step);
    put_optional(object, "step_name", entry.step_name);
  } else {
    object.emplace("created", json_of(entry.created));
  }
  return json::encode(object);
}

SessionEntry decode_session(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Session);
  const Fields fields(object, "session");
  SessionEntry entry;
  entry.session = fields.string("session");
  if (!is_lower_hex(entry.session, 32)) fields.fail("session", "is not a session id");
  entry.previous = fields.optional_id("previous_oid");
  if (!entry.previous) {
    entry.created = fields.timestamp("created");
    for (const std::string_view key : {"job_oid", "kind", "step", "step_name"})
      if (fields.has(key)) fields.fail(key, "does not belong into a root");
    return entry;
  }
  if (fields.has("created")) fields.fail("created", "belongs into the root only");
  entry.job = fields.id("job_oid");
  const std::optional<JobKind> kind = kind_from_name(fields.string("kind"));
  if (!kind) fields.fail("kind", "is unknown");
  entry.kind = *kind;
  const std::uint64_t step = fields.number("step");
  if (step == 0 || step > std::numeric_limits<std::uint32_t>::max())
    fields.fail("step", "is no step number");
  entry.step = static_cast<std::uint32_t>(step);
  entry.step_name = fields.optional_bytes("step_name");
  return entry;
}

}  // namespace roar
