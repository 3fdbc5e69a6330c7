#include "objects/digest_record.h"

#include <algorithm>

#include "objects/base/error.h"
#include "objects/fields.h"

namespace roar {
namespace {

constexpr std::size_t kAlgorithmMax = 32;

bool is_algorithm(std::string_view name) noexcept {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kAlgorithmMax && is_word(name.front()) &&
         std::ranges::all_of(
             name, [&](char c) { return is_word(c) || c == '_' || c == '.' || c == '-'; });
}

}  // namespace

std::string encode(const DigestRecord& record) {
  if (!is_algorithm(record.algorithm))
    throw Error(Errc::Usage, "'" + record.algorithm + "' is not the name of an algorithm");
  if (record.digest.empty()) throw Error(Errc::Usage, "digest is empty");
  return json::encode(
      json::Object{{"algorithm", record.algorithm},
                   {"artifact_oid", json_of(record.artifact)},
                   {"digest", record.digest},
                   {"origin", record.origin == DigestOrigin::Computed ? "computed" : "claimed"},
                   {"v", 1}});
}

DigestRecord decode_digest(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Digest);
  const Fields fields(object, "digest");
  DigestRecord record{.artifact = fields.id("artifact_oid"),
                      .algorithm = fields.string("algorithm"),
                      .digest = fields.string("digest"),
                      .origin = DigestOrigin::Computed};
  if (!is_algorithm(record.algorithm)) fields.fail("algorithm", "is not a name");
  if (record.digest.empty()) fields.fail("digest", "is empty");
  const std::string& origin = fields.string("origin");
  if (origin == "claimed") {
    record.origin = DigestOrigin::Claimed;
  } else if (origin != "computed") {
    fields.fail("origin", "is neither computed nor claimed");
  }
  return record;
}

}  // namespace roar
