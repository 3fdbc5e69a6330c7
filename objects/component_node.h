#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "objects/component.h"
#include "objects/json.h"
#include "objects/node_child.h"

namespace roar {

// A node of a tree of components (objects/component_tree.h). Payload: docs/formats/node.md, the
// kind `components`.
struct ComponentNode {
  using Child = NodeChild;

  std::uint32_t level = 0;            // 0: a leaf
  std::vector<Component> components;  // of a leaf, by path
  std::vector<Child> children;        // of an inner node, by path

  // The highest path in it or below it, and the number of components.
  const std::string& last_path() const;
  std::uint64_t count() const;

  bool operator==(const ComponentNode&) const = default;
};

// Entries as they stand in a payload, and the payload around them.
void append_component(std::string& entries, const Component& component);
std::string component_node_payload(std::string_view entries, std::uint32_t level);

std::string encode(const ComponentNode& node);
// Throws Errc::Corrupt for what encode does not write, nodes of another kind included.
ComponentNode decode_component_node(std::string_view payload);

// The child below which the path is, if it is anywhere below the node; null for leaves, and for
// what is higher than all.
const ComponentNode::Child* child_towards(const ComponentNode& node, std::string_view path);
// The component of this path in a leaf, or null.
const Component* component_at(const ComponentNode& node, std::string_view path);

// Whether the payload is of a node of components; false for what is no node at all.
bool is_component_node(std::string_view payload) noexcept;

// A component as `--json` and payloads show it.
json::Object json_of(const Component& component);

}  // namespace roar
