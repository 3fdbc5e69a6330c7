#include "plumbing/tags/tags.h"

#include <algorithm>
#include <optional>

#include "objects/base/error.h"
#include "objects/json.h"
#include "objects/json_loose.h"
#include "plumbing/labels/label_keys.h"

namespace roar::plumbing {
namespace {

constexpr std::string_view kRoot = "tag";
constexpr std::string_view kValues = ".values";
constexpr std::string_view kEvents = "tag.bind.events";

// The list that a label's value is; nullopt if it is none that we know how to read.
std::optional<json::Array> list_in(const std::string& value) {
  try {
    const json::Object object = json::decode_loose("{\"list\":" + value + "}");
    const json::Array* const list = object.at("list").array();
    if (list != nullptr) return *list;
  } catch (const Error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

std::string text_at(const json::Object& object, std::string_view key) {
  const auto found = object.find(key);
  const std::string* const text = found == object.end() ? nullptr : found->second.string();
  return text == nullptr ? std::string() : *text;
}

void read_values(const std::string& kind, const json::Array& list, Tags& tags) {
  for (const json::Value& entry : list) {
    const json::Object* const object = entry.object();
    if (object == nullptr) continue;
    TagValue value{.value = text_at(*object, "value"),
                   .origin = text_at(*object, "origin"),
                   .job = text_at(*object, "job")};
    if (!value.value.empty() && tags.find(kind, value.value) == nullptr)
      tags.kinds[kind].push_back(std::move(value));
  }
}

void read_covers(const json::Object& object, TagPairs& covers) {
  for (const auto& [kind, values] : object) {
    const json::Array* const list = values.array();
    if (list == nullptr) continue;
    for (const json::Value& value : *list)
      if (value.string() != nullptr) add_pair(covers, kind, *value.string());
  }
}

void read_events(const json::Array& list, Tags& tags) {
  for (const json::Value& entry : list) {
    const json::Object* const object = entry.object();
    if (object == nullptr) continue;
    const auto covers = object->find("covers");
    if (covers == object->end() || covers->second.object() == nullptr) continue;
    TagEvent event{.bind = text_at(*object, "action") == "bind", .covers = {}};
    read_covers(*covers->second.object(), event.covers);
    tags.events.push_back(std::move(event));
  }
}

json::Array json_of(const std::vector<TagValue>& values) {
  json::Array list;
  for (const TagValue& value : values) {
    json::Object object{{"origin", value.origin}, {"value", value.value}};
    if (!value.job.empty()) object.emplace("job", value.job);
    list.emplace_back(std::move(object));
  }
  return list;
}

json::Array json_of(const std::vector<TagEvent>& events) {
  json::Array list;
  for (const TagEvent& event : events) {
    json::Object covers;
    for (const auto& [kind, values] : event.covers)
      covers.emplace(kind, json::Array(values.begin(), values.end()));
    list.emplace_back(
        json::Object{{"action", event.bind ? "bind" : "unbind"}, {"covers", std::move(covers)}});
  }
  return list;
}

template <typename Document>
Tags read_tags(const Document& document) {
  Tags tags;
  for (const auto& [key, value] : document) {
    if (!is_below(key, kRoot) || key.size() == kRoot.size()) continue;
    const auto list = list_in(value);
    if (!list) continue;
    if (key == kEvents) {
      read_events(*list, tags);
    } else if (key.ends_with(kValues)) {
      const std::size_t start = kRoot.size() + 1;
      read_values(key.substr(start, key.size() - start - kValues.size()), *list, tags);
    }
  }
  return tags;
}

}  // namespace

const TagValue* Tags::find(std::string_view kind, std::string_view value) const {
  const auto values = kinds.find(kind);
  if (values == kinds.end()) return nullptr;
  const auto found = std::ranges::find(values->second, value, &TagValue::value);
  return found == values->second.end() ? nullptr : &*found;
}

bool Tags::is_bound(std::string_view kind, std::string_view value) const {
  bool bound = false;
  for (const TagEvent& event : events) {
    const auto values = event.covers.find(kind);
    const bool covered = values != event.covers.end() &&
                         std::ranges::find(values->second, value) != values->second.end();
    if (covered) bound = event.bind;
  }
  return bound;
}

TagPairs Tags::pairs(bool bound) const {
  TagPairs pairs;
  for (const auto& [kind, values] : kinds)
    for (const TagValue& value : values)
      if (is_bound(kind, value.value) == bound) add_pair(pairs, kind, value.value);
  return pairs;
}

Tags tags_in(const LabelMap& document) {
  return read_tags(document);
}

Tags tags_in(const LabelDocument& document) {
  return read_tags(document);
}

void put_tags(LabelMap& document, const Tags& tags) {
  std::erase_if(document, [](const auto& entry) { return is_below(entry.first, kRoot); });
  for (const auto& [kind, values] : tags.kinds)
    if (!values.empty())
      document[std::string(kRoot) + "." + kind + std::string(kValues)] =
          json::encode(json_of(values));
  if (!tags.events.empty()) document[std::string(kEvents)] = json::encode(json_of(tags.events));
}

void add_pair(TagPairs& pairs, const std::string& kind, const std::string& value) {
  std::vector<std::string>& values = pairs[kind];
  const auto place = std::ranges::lower_bound(values, value);
  if (place == values.end() || *place != value) values.insert(place, value);
}

}  // namespace roar::plumbing
