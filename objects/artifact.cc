#include "objects/artifact.h"

#include "objects/fields.h"

namespace roar {

std::string encode(const Artifact& artifact) {
  if (artifact.is_claimed()) {
    return json::encode(
        json::Object{{"claimed", json::Object{{"algorithm", artifact.claimed_algorithm},
                                              {"digest", artifact.claimed_digest}}},
                     {"size", artifact.size},
                     {"v", 1}});
  }
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
  if (const json::Object* claimed = fields.optional_object("claimed")) {
    if (fields.has("blake3")) fields.fail("claimed", "is there beside blake3");
    const Fields claim(*claimed, "artifact: claimed");
    Artifact artifact{.size = fields.number("size"),
                      .claimed_algorithm = claim.string("algorithm"),
                      .claimed_digest = claim.string("digest")};
    if (artifact.claimed_algorithm.empty()) claim.fail("algorithm", "is empty");
    if (artifact.claimed_digest.empty()) claim.fail("digest", "is empty");
    return artifact;
  }
  Artifact artifact{.blake3 = fields.string("blake3"), .size = fields.number("size")};
  if (!is_lower_hex(artifact.blake3, 64)) fields.fail("blake3", "is not a digest");
  return artifact;
}

ObjectId object_id_of(const Artifact& artifact) {
  return object_id_of(ObjectType::Artifact, encode(artifact));
}

}  // namespace roar
