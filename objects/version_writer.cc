#include "objects/version_writer.h"

#include "objects/base/error.h"
#include "objects/composite.h"

namespace roar {

ObjectId VersionWriter::put(ObjectType type, std::string_view payload,
                            const std::optional<ObjectId>& earlier) {
  if (!earlier || type != ObjectType::Node)
    return transaction_->put(type, payload, earlier ? &*earlier : nullptr);
  if (const ObjectId id = object_id_of(type, payload); transaction_->info(id)) return id;
  std::optional<ObjectId> like;
  try {
    like = counterpart(payload, *earlier);
  } catch (const Error& error) {
    if (error.code() != Errc::NotFound && error.code() != Errc::Corrupt) throw;
  }
  return transaction_->put(type, payload, like ? &*like : nullptr);
}

// Where nodes end depends on paths alone, so most have the last path of their counterpart; what was
// added behind the end is most like the last node.
ObjectId VersionWriter::counterpart(std::string_view payload, const ObjectId& earlier) {
  if (composite_ != earlier) {
    root_ = decode_composite(transaction_->payload(earlier, ObjectType::Composite)).node;
    composite_ = earlier;
    at_.clear();
  }
  const ComponentNode made = decode_component_node(payload);
  ObjectId here = root_;
  for (std::size_t place = 0;; ++place) {
    const ComponentNode& node = node_at_place(here, place);
    if (node.level <= made.level) return here;
    const ComponentNode::Child* const child = child_towards(node, made.last_path());
    here = child != nullptr ? child->node : node.children.back().node;
    if (node.level == made.level + 1) return here;
  }
}

const ComponentNode& VersionWriter::node_at_place(const ObjectId& id, std::size_t place) {
  const auto found = at_.find(place);
  if (found != at_.end() && found->second.id == id) return found->second.node;
  ComponentNode node = decode_component_node(transaction_->payload(id, ObjectType::Node));
  return at_.insert_or_assign(place, Read{id, std::move(node)}).first->second.node;
}

}  // namespace roar
