#include "objects/links.h"

#include <algorithm>
#include <string>

#include "objects/base/error.h"
#include "objects/json.h"

namespace roar {
namespace {

ObjectId id_at(const std::string& key, const json::Value& value) {
  const std::string* const text = value.string();
  const auto id = text != nullptr ? ObjectId::from_hex(*text) : std::nullopt;
  if (!id) throw Error(Errc::Corrupt, "'" + key + "' is not the id of an object");
  return *id;
}

// Adds the links of one value, and what is inside of it to `open`.
void look_into(const json::Value& value, std::vector<ObjectId>& links,
               std::vector<const json::Value*>& open) {
  if (const json::Array* const array = value.array()) {
    for (const json::Value& element : *array) open.push_back(&element);
  }
  const json::Object* const object = value.object();
  if (object == nullptr) return;
  for (const auto& [key, member] : *object) {
    if (key.ends_with("_oid")) {
      links.push_back(id_at(key, member));
    } else {
      open.push_back(&member);
    }
  }
}

}  // namespace

std::vector<ObjectId> links_of(ObjectType type, std::string_view payload) {
  std::vector<ObjectId> links;
  if (type == ObjectType::Blob) return links;
  const json::Value document(json::decode(payload));
  std::vector<const json::Value*> open{&document};
  while (!open.empty()) {
    const json::Value* const value = open.back();
    open.pop_back();
    look_into(*value, links, open);
  }
  std::ranges::sort(links);
  const auto twice = std::unique(links.begin(), links.end());
  links.erase(twice, links.end());
  return links;
}

}  // namespace roar
