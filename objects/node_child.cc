#include "objects/node_child.h"

#include <limits>

namespace roar {
namespace {

NodeChild child_of(const json::Object& object) {
  const Fields fields(object, "node: child");
  NodeChild child{.last_path = fields.bytes("last_path"),
                  .count = fields.number("count"),
                  .node = fields.id("node_oid")};
  if (child.count == 0) fields.fail("count", "is zero");
  return child;
}

}  // namespace

void append_entry(std::string& entries, const NodeChild& child) {
  json::Object object{{"count", child.count}, {"node_oid", json_of(child.node)}};
  json::put_bytes(object, "last_path", child.last_path);
  if (!entries.empty()) entries += ',';
  entries += json::encode(object);
}

std::uint32_t level_of(const Fields& node) {
  const std::uint64_t level = node.number("level");
  if (level > std::numeric_limits<std::uint8_t>::max()) node.fail("level", "is too high");
  return static_cast<std::uint32_t>(level);
}

std::vector<NodeChild> children_of(const Fields& node) {
  return entries_of<NodeChild>(
      node, child_of, [](const NodeChild& child) -> const auto& { return child.last_path; });
}

}  // namespace roar
