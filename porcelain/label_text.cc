#include "porcelain/label_text.h"

#include <algorithm>
#include <ostream>

#include "plumbing/labels/assignments.h"
#include "plumbing/labels/label_keys.h"
#include "plumbing/quote.h"
#include "porcelain/tag_text.h"

namespace roar::porcelain {
namespace {

bool is_hidden(std::string_view key, Show show) {
  return show != Show::All && (plumbing::is_below(key, "roar") || plumbing::is_below(key, "tag"));
}

const std::string* value_in(const LabelDocument& document, const std::string& key) {
  const auto found = std::ranges::find(document, key, &LabelDocument::value_type::first);
  return found == document.end() ? nullptr : &found->second;
}

}  // namespace

void print_label_lines(std::ostream& out, const LabelDocument& document, Show show,
                       std::string_view indent) {
  bool any = false;
  for (const auto& [key, value] : document) {
    if (is_hidden(key, show)) continue;
    any = true;
    out << indent << plumbing::assignment_text(key, value) << '\n';
  }
  if (!any) out << indent << "(no labels)\n";
}

bool has_labels_to_show(const LabelDocument& document, Show show) {
  return std::ranges::any_of(document,
                             [&](const auto& entry) { return !is_hidden(entry.first, show); });
}

void print_labels(std::ostream& out, const LabelDocument& labels, Show show) {
  const plumbing::Tags tags = plumbing::tags_in(labels);
  if (!tags.empty()) out << "\nTags:\n";
  print_tag_lines(out, tags, "  ");
  if (!has_labels_to_show(labels, show)) return;
  out << "\nLabels:\n";
  print_label_lines(out, labels, show, "  ");
}

void print_label_changes(std::ostream& out, const LabelDocument& before, const LabelDocument& after,
                         Show show) {
  for (const auto& [key, value] : before)
    if (!is_hidden(key, show) && value_in(after, key) == nullptr)
      out << "  - " << plumbing::assignment_text(key, value) << '\n';
  for (const auto& [key, value] : after) {
    if (is_hidden(key, show)) continue;
    const std::string* const old = value_in(before, key);
    if (old != nullptr && *old == value) continue;
    out << (old == nullptr ? "  + " : "  ~ ") << plumbing::assignment_text(key, value) << '\n';
  }
}

std::string with_document(const json::Object& object, const LabelDocument& document) {
  std::string text = json::encode(object);
  text.pop_back();
  return text + (object.empty() ? "" : ",") + "\"document\":" + nested_json(document) + "}";
}

json::Array labels_json(const LabelDocument& labels) {
  json::Array entries;
  for (const auto& [key, value] : labels)
    entries.emplace_back(json::Object{{"key", key}, {"value", value}});
  return entries;
}

json::Array parameters_json(const std::vector<plumbing::Parameter>& parameters) {
  json::Array entries;
  for (const plumbing::Parameter& parameter : parameters)
    entries.emplace_back(json::Object{{"name", parameter.name}, {"value", parameter.value}});
  return entries;
}

json::Object label_version_json(const plumbing::LabelVersion& version) {
  json::Object object{{"label_version", version.version}};
  if (version.version == 0) return object;
  object.emplace("label_oid", version.id.hex());
  object.emplace("origin", version.origin);
  object.emplace("when", json::Array{version.when.seconds, version.when.nanoseconds});
  return object;
}

}  // namespace roar::porcelain
