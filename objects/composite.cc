#include "objects/composite.h"

#include <algorithm>

#include "objects/base/error.h"
#include "objects/fields.h"
#include "objects/job.h"

namespace roar {
namespace {

constexpr std::string_view kRefs = "refs/composites/";
constexpr std::size_t kDigestDigits = 64;

}  // namespace

std::string encode(const Composite& composite) {
  json::Object object{{"algorithm", composite.algorithm}, {"count", composite.count},
                      {"digest", composite.digest},       {"node_oid", json_of(composite.node)},
                      {"size", composite.size},           {"v", 1}};
  put_optional(object, "structure", composite.structure);
  if (composite.files != composite.count) object.emplace("files", composite.files);
  json::Array excluded;
  for (const std::string& path : composite.excluded) excluded.push_back(json::bytes_value(path));
  if (!excluded.empty()) object.emplace("excluded", std::move(excluded));
  if (composite.excluded_count != composite.excluded.size())
    object.emplace("excluded_count", composite.excluded_count);
  return json::encode(object);
}

Composite decode_composite(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Composite);
  const Fields fields(object, "composite");
  Composite composite{.algorithm = fields.string("algorithm"),
                      .digest = fields.string("digest"),
                      .structure = fields.optional_string("structure"),
                      .count = fields.number("count"),
                      .files = fields.optional_number("files"),
                      .size = fields.number("size"),
                      .node = fields.id("node_oid")};
  if (composite.algorithm != "composite-blake3" && composite.algorithm != "composite-sha256")
    fields.fail("algorithm", "is unknown");
  if (!is_lower_hex(composite.digest, kDigestDigits)) fields.fail("digest", "is not a digest");
  if (composite.count == 0) fields.fail("count", "is zero");
  if (composite.files == composite.count) fields.fail("files", "is the number of components");
  if (composite.files == 0) composite.files = composite.count;
  if (const json::Array* excluded = fields.optional_array("excluded")) {
    for (const json::Value& path : *excluded) composite.excluded.push_back(json::bytes_of(path));
    if (!std::ranges::is_sorted(composite.excluded)) fields.fail("excluded", "is not sorted");
  }
  composite.excluded_count = fields.optional_number("excluded_count");
  if (composite.excluded_count == 0) composite.excluded_count = composite.excluded.size();
  return composite;
}

Composite read_composite(const ReadTransaction& transaction, const ObjectId& id) {
  return decode_composite(transaction.payload(id, ObjectType::Composite));
}

std::string composite_ref(const Composite& composite) {
  return std::string(kRefs) + composite.digest;
}

void keep_composite(WriteTransaction& transaction, const ObjectId& id, Timestamp when,
                    std::string_view reason) {
  const std::string name = composite_ref(read_composite(transaction, id));
  const std::optional<Ref> ref = transaction.ref(name);
  if (ref && ref->target == id) {
    const std::vector<ReflogEntry> log = transaction.reflog(name);
    const bool is_known = kind_from_name(reason).has_value() ||
                          std::ranges::find(log, reason, &ReflogEntry::reason) != log.end();
    if (is_known) return;
  }
  transaction.set_ref(name, id, ref ? ref->target : std::nullopt, when, reason);
}

std::vector<CompositeMatch> composites_with_digest(const ReadTransaction& transaction,
                                                   std::string_view algorithm,
                                                   std::string_view prefix, std::size_t limit) {
  std::vector<CompositeMatch> matches;
  for (const Ref& ref : transaction.refs(std::string(kRefs).append(prefix))) {
    if (matches.size() == limit) break;
    const auto info = ref.target ? transaction.info(*ref.target) : std::nullopt;
    if (!info || info->type != ObjectType::Composite) continue;
    Composite composite = read_composite(transaction, *ref.target);
    if (!algorithm.empty() && composite.algorithm != algorithm) continue;
    matches.push_back({*ref.target, std::move(composite.algorithm), std::move(composite.digest)});
  }
  return matches;
}

}  // namespace roar
