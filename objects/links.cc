#include "objects/links.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "objects/base/error.h"
#include "objects/edge.h"
#include "objects/json.h"

namespace roar {
namespace {

ObjectId id_at(const std::string& key, const json::Value& value) {
  const std::string* const text = value.string();
  const auto id = text != nullptr ? ObjectId::from_hex(*text) : std::nullopt;
  if (!id) throw Error(Errc::Corrupt, "'" + key + "' is not the id of an object");
  return *id;
}

constexpr std::string_view kSuffix = "_oid";

struct KeyType {
  std::string_view key;
  ObjectType type;
};
constexpr std::array kKeyTypes{KeyType{"artifact_oid", ObjectType::Artifact},
                               KeyType{"blob_oid", ObjectType::Blob},
                               KeyType{"composite_oid", ObjectType::Composite},
                               KeyType{"environment_oid", ObjectType::Environment},
                               KeyType{"job_oid", ObjectType::Job},
                               KeyType{"node_oid", ObjectType::Node},
                               KeyType{"packages_oid", ObjectType::Packages},
                               KeyType{"patch_oid", ObjectType::Blob},
                               KeyType{"processes_oid", ObjectType::Processes}};

// What the key says of the type, in a payload of type `holder`.
std::optional<ObjectType> type_at(std::string_view key, ObjectType holder) {
  if (key == "previous_oid") return holder;
  const std::string_view stem = key.substr(0, key.size() - kSuffix.size());
  for (int group = 0; group < kEdgeGroups; ++group) {
    if (holder == ObjectType::Job && stem == group_name(static_cast<EdgeGroup>(group)))
      return ObjectType::Node;
  }
  const auto* const found = std::ranges::find(kKeyTypes, key, &KeyType::key);
  if (found == kKeyTypes.end()) return std::nullopt;
  return found->type;
}

// Adds the links of one value, and what is inside of it to `open`.
void look_into(const json::Value& value, ObjectType holder, std::vector<TypedLink>& links,
               std::vector<const json::Value*>& open) {
  if (const json::Array* const array = value.array()) {
    for (const json::Value& element : *array) open.push_back(&element);
  }
  const json::Object* const object = value.object();
  if (object == nullptr) return;
  for (const auto& [key, member] : *object) {
    if (key.ends_with(kSuffix)) {
      links.push_back({id_at(key, member), type_at(key, holder)});
    } else {
      open.push_back(&member);
    }
  }
}

}  // namespace

std::vector<TypedLink> typed_links_of(ObjectType type, std::string_view payload) {
  std::vector<TypedLink> links;
  if (type == ObjectType::Blob) return links;
  const json::Value document(json::decode(payload));
  std::vector<const json::Value*> open{&document};
  while (!open.empty()) {
    const json::Value* const value = open.back();
    open.pop_back();
    look_into(*value, type, links, open);
  }
  std::ranges::sort(links);
  const auto twice = std::unique(links.begin(), links.end());
  links.erase(twice, links.end());
  return links;
}

std::vector<ObjectId> links_of(ObjectType type, std::string_view payload) {
  std::vector<ObjectId> links;
  for (const TypedLink& link : typed_links_of(type, payload)) links.push_back(link.id);
  const auto twice = std::unique(links.begin(), links.end());
  links.erase(twice, links.end());
  return links;
}

}  // namespace roar
