#include "objects/artifact.h"

#include "objects/fields.h"

namespace roar {

std::string encode(const Artifact& artifact) {
  // By hand: this is done for every file of every job.
  std::string payload = "{\"blake3\":";
  json::append_string(payload, artifact.blake3);
  payload += ",\"size\":";
  payload += json::encode(json::Value(artifact.size));
  payload += ",\"v\":1}";
  return payload;
}

Artifact decode_artifact(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Artifact);
  const Fields fields(object, "artifact");
  Artifact artifact{.blake3 = fields.string("blake3"), .size = fields.number("size")};
  if (!is_lower_hex(artifact.blake3, 64)) fields.fail("blake3", "is not a digest");
  return artifact;
}

ObjectId object_id_of(const Artifact& artifact) {
  return object_id_of(ObjectType::Artifact, encode(artifact));
}

}  // namespace roar
