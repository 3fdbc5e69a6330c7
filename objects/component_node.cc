#include "objects/component_node.h"

#include <algorithm>

#include "objects/base/error.h"
#include "objects/fields.h"

namespace roar {
namespace {

constexpr std::string_view kKind = "components";
constexpr std::string_view kUsualAlgorithm = "blake3";
// Keys are sorted, and no string can hold these bytes: its quotes would be escaped.
constexpr std::string_view kKindMark = R"(],"kind":"components","level":)";

bool is_one_line(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) { return c == '\n' || c == '\0'; });
}

Component component_of(const json::Object& object) {
  const Fields fields(object, "node: component");
  Component component;
  component.path = fields.bytes("path");
  component.algorithm = fields.optional_string("algorithm");
  if (component.algorithm == kUsualAlgorithm) fields.fail("algorithm", "is the usual one");
  if (component.algorithm.empty()) component.algorithm = kUsualAlgorithm;
  component.digest = fields.string("digest");
  component.size = fields.optional_number("size");
  component.composite = fields.optional_id("composite_oid");
  const std::string& kind = fields.optional_string("kind");
  const auto known =
      kind.empty() ? std::optional(ComponentKind::File) : component_kind_from_name(kind);
  if (!known || kind == "file") fields.fail("kind", "is unknown");
  component.kind = *known;
  if (!is_one_line(component.digest)) fields.fail("digest", "is no digest");
  if (!is_one_line(component.algorithm)) fields.fail("algorithm", "is no algorithm");
  try {
    if (component_path(component.path) != component.path) fields.fail("path", "is not normal");
  } catch (const Error&) {
    fields.fail("path", "is no path of a component");
  }
  return component;
}

}  // namespace

const std::string& ComponentNode::last_path() const {
  return level == 0 ? components.back().path : children.back().last_path;
}

std::uint64_t ComponentNode::count() const {
  if (level == 0) return components.size();
  std::uint64_t sum = 0;
  for (const Child& child : children) sum += child.count;
  return sum;
}

json::Object json_of(const Component& component) {
  json::Object object{{"digest", component.digest}};
  if (component.algorithm != kUsualAlgorithm) object.emplace("algorithm", component.algorithm);
  if (component.kind != ComponentKind::File)
    object.emplace("kind", component_kind_name(component.kind));
  json::put_bytes(object, "path", component.path);
  put_optional(object, "composite_oid", component.composite);
  put_optional(object, "size", component.size);
  return object;
}

void append_component(std::string& entries, const Component& component) {
  if (!entries.empty()) entries += ',';
  entries += json::encode(json_of(component));
}

std::string component_node_payload(std::string_view entries, std::uint32_t level) {
  return std::string(R"({"entries":[)")
      .append(entries)
      .append(kKindMark)
      .append(std::to_string(level))
      .append(R"(,"v":1})");
}

std::string encode(const ComponentNode& node) {
  std::string entries;
  for (const Component& component : node.components) append_component(entries, component);
  for (const ComponentNode::Child& child : node.children) append_entry(entries, child);
  return component_node_payload(entries, node.level);
}

const ComponentNode::Child* child_towards(const ComponentNode& node, std::string_view path) {
  const auto child = std::ranges::lower_bound(
      node.children, path, {},
      [](const ComponentNode::Child& one) -> const auto& { return one.last_path; });
  return child != node.children.end() ? &*child : nullptr;
}

const Component* component_at(const ComponentNode& node, std::string_view path) {
  const auto found = std::ranges::lower_bound(
      node.components, path, {}, [](const Component& one) -> const auto& { return one.path; });
  return found != node.components.end() && found->path == path ? &*found : nullptr;
}

bool is_component_node(std::string_view payload) noexcept {
  return payload.rfind(kKindMark) != std::string_view::npos;
}

ComponentNode decode_component_node(std::string_view payload) {
  const json::Object object = decode_versioned(payload, ObjectType::Node);
  const Fields fields(object, "node");
  if (fields.string("kind") != kKind) fields.fail("kind", "is not that of components");
  ComponentNode node;
  node.level = level_of(fields);
  if (node.level == 0) {
    node.components = entries_of<Component>(
        fields, component_of, [](const Component& one) -> const auto& { return one.path; });
  } else {
    node.children = children_of(fields);
  }
  return node;
}

}  // namespace roar
