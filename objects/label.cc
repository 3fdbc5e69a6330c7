#include "objects/label.h"

#include <algorithm>

#include "objects/base/error.h"
#include "objects/fields.h"
#include "objects/session.h"

namespace roar {
namespace {

std::string label_ref(const ObjectId& target) {
  return "refs/labels/" + target.hex();
}

}  // namespace

std::string encode(const Label& label) {
  json::Array document;
  for (const auto& [key, value] : label.document) document.emplace_back(json::Array{key, value});
  json::Object object{{"document", std::move(document)},
                      {"origin", label.origin},
                      {"target_oid", json_of(label.target)},
                      {"v", 1},
                      {"when", json_of(label.when)}};
  put_optional(object, "previous_oid", label.previous);
  return json::encode(object);
}

Label decode_label(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Label);
  const Fields fields(object, "label");
  Label label;
  label.target = fields.id("target_oid");
  label.previous = fields.optional_id("previous_oid");
  label.origin = fields.string("origin");
  label.when = fields.timestamp("when");
  for (const json::Value& entry : fields.array("document")) {
    const json::Array* pair = entry.array();
    if (pair == nullptr || pair->size() != 2 || (*pair)[0].string() == nullptr ||
        (*pair)[1].string() == nullptr) {
      fields.fail("document", "is not a list of pairs of strings");
    }
    const std::string& key = *(*pair)[0].string();
    if (!label.document.empty() && !(label.document.back().first < key))
      fields.fail("document", "is not sorted");
    label.document.emplace_back(key, *(*pair)[1].string());
  }
  return label;
}

std::optional<Label> label_of(const ReadTransaction& transaction, const ObjectId& target) {
  const auto id = transaction.resolve_ref(label_ref(target));
  if (!id) return std::nullopt;
  return decode_label(transaction.payload(*id, ObjectType::Label));
}

ObjectId append_label(WriteTransaction& transaction, Label label) {
  const std::string ref = label_ref(label.target);
  label.previous = transaction.resolve_ref(ref);
  const ObjectId id = transaction.put(ObjectType::Label, encode(label));
  transaction.set_ref(ref, id, label.previous, label.when, "label");
  return id;
}

bool is_labelled_by_users(const ReadTransaction& transaction, const ObjectId& target) {
  auto label = label_of(transaction, target);
  while (label && label->origin != "user" && label->previous)
    label = decode_label(transaction.payload(*label->previous, ObjectType::Label));
  return label && label->origin == "user";
}

void release_labels_of(WriteTransaction& transaction, const ObjectId& target, Timestamp when,
                       std::string_view reason) {
  if (!is_labelled_by_users(transaction, target))
    transaction.remove_ref(label_ref(target), when, reason);
}

ObjectId session_root(const ReadTransaction& transaction, std::string_view session) {
  const std::string ref = "refs/sessions/" + std::string(session);
  const auto oldest = transaction.oldest_reflog_entry(ref);
  std::optional<ObjectId> id =
      oldest && !oldest->after.is_zero() ? oldest->after : transaction.resolve_ref(ref);
  if (!id) throw Error(Errc::NotFound, "there is no session '" + std::string(session) + "'");
  for (;;) {
    const SessionEntry entry = decode_session(transaction.payload(*id, ObjectType::Session));
    if (!entry.previous) return *id;
    id = entry.previous;
  }
}

}  // namespace roar
