#include "objects/component_tree.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "objects/base/error.h"
#include "objects/blake3.h"

namespace roar {
namespace {

// A node ends after an entry whose path's hash has three zero bits at the place of its level, but
// not before it has kEntriesMin entries, and in any case when it has kBytesMax bytes. So it has
// about sixteen entries: few, because one changed file costs the nodes on the way to it.
constexpr std::size_t kEntriesMin = 8;
constexpr std::size_t kBytesMax = std::size_t{64} << 10;
constexpr unsigned kCutMask = 7;

ComponentNode node_below(ComponentReader& reader, const ComponentNode& node,
                         const ComponentNode::Child& child) {
  ComponentNode below = reader.node(child.node);
  if (below.level + 1 != node.level)
    throw Error(Errc::Corrupt,
                "node " + child.node.hex() + " stands at the wrong level of its tree");
  return below;
}

void visit_components(ComponentReader& reader, const ComponentNode& node, bool& go_on,
                      const std::function<bool(const Component&)>& visit) {
  for (const Component& component : node.components) {
    if (!go_on) return;
    go_on = visit(component);
  }
  for (const ComponentNode::Child& child : node.children) {
    if (!go_on) return;
    visit_components(reader, node_below(reader, node, child), go_on, visit);
  }
}

void visit_found(ComponentReader& reader, const ComponentNode& node,
                 std::span<const std::string_view> paths,
                 const std::function<void(const Component&)>& visit) {
  for (const ComponentNode::Child& child : node.children) {
    const auto end = std::ranges::upper_bound(paths, std::string_view(child.last_path));
    const auto inside = paths.first(static_cast<std::size_t>(end - paths.begin()));
    paths = paths.subspan(inside.size());
    if (!inside.empty()) visit_found(reader, node_below(reader, node, child), inside, visit);
    if (paths.empty()) return;
  }
  if (node.level != 0) return;
  for (const std::string_view path : paths)
    if (const Component* const found = component_at(node, path)) visit(*found);
}

// One of two trees that are compared: what of it is still to come, as subtrees and components.
class Side {
 public:
  Side(ComponentReader& reader, const ObjectId& root) : reader_(reader) {
    const ComponentNode node = reader_.node(root);
    push(node);
  }

  bool is_done() const noexcept { return rest_.empty(); }
  bool is_subtree() const noexcept { return rest_.front().is_subtree; }
  std::uint32_t level() const noexcept { return is_subtree() ? rest_.front().level + 1 : 0; }
  const ObjectId& subtree() const noexcept { return rest_.front().node; }
  const Component& component() const noexcept { return rest_.front().component; }
  // All that is to come is higher than this path, if there is one.
  bool is_passed(const std::string& path) const noexcept { return has_passed_ && path <= passed_; }

  void skip() {
    Item& item = rest_.front();
    passed_ = item.is_subtree ? std::move(item.last_path) : std::move(item.component.path);
    has_passed_ = true;
    rest_.pop_front();
  }
  void open() {
    const Item item = std::move(rest_.front());
    rest_.pop_front();
    const ComponentNode node = reader_.node(item.node);
    if (node.level != item.level)
      throw Error(Errc::Corrupt,
                  "node " + item.node.hex() + " stands at the wrong level of its tree");
    push(node);
  }

 private:
  struct Item {
    bool is_subtree = false;
    std::uint32_t level = 0;  // of the subtree
    ObjectId node = {};
    std::string last_path = {};
    Component component = {};
  };

  void push(const ComponentNode& node) {
    std::deque<Item> items;
    for (const ComponentNode::Child& child : node.children)
      items.push_back({.is_subtree = true,
                       .level = node.level - 1,
                       .node = child.node,
                       .last_path = child.last_path});
    for (const Component& component : node.components) items.push_back({.component = component});
    rest_.insert(rest_.begin(), std::make_move_iterator(items.begin()),
                 std::make_move_iterator(items.end()));
  }

  ComponentReader& reader_;
  std::deque<Item> rest_;
  std::string passed_;
  bool has_passed_ = false;
};

// Opens the subtree that stands in the way of comparing; the higher one, so that both come to the
// nodes that they may share.
void open_one(Side& before, Side& after) {
  if (before.level() >= after.level()) {
    const bool same_level = before.level() == after.level();
    before.open();
    if (same_level) after.open();
  } else {
    after.open();
  }
}

}  // namespace

void ComponentTreeBuilder::add(const Component& component) {
  if (levels_.empty()) levels_.emplace_back();
  Level& leaf = levels_[0];
  append_component(leaf.entries, component);
  leaf.last_path = component.path;
  ++leaf.size;
  ++leaf.count;
  close_if_due(0);
}

void ComponentTreeBuilder::close_if_due(std::uint32_t level) {
  const Level& open = levels_[level];
  if (open.entries.size() < kBytesMax) {
    if (open.size < kEntriesMin) return;
    const Blake3Digest digest = blake3_of(open.last_path);
    if ((digest[level % digest.size()] & kCutMask) != 0) return;
  }
  close(level);
}

ObjectId ComponentTreeBuilder::write(std::uint32_t level) {
  return sink_(ObjectType::Node, component_node_payload(levels_[level].entries, level));
}

void ComponentTreeBuilder::close(std::uint32_t level) {
  ComponentNode::Child child;
  child.node = write(level);
  child.last_path = std::move(levels_[level].last_path);
  child.count = levels_[level].count;
  levels_[level] = {};
  if (levels_.size() == level + 1) levels_.emplace_back();
  Level& inner = levels_[level + 1];
  append_entry(inner.entries, child);
  if (inner.size == 0) inner.first_child = child.node;
  inner.last_path = std::move(child.last_path);
  inner.count += child.count;
  ++inner.size;
  close_if_due(level + 1);
}

std::optional<ObjectId> ComponentTreeBuilder::finish() {
  for (std::uint32_t level = 0; level < levels_.size(); ++level) {
    const bool is_top = level + 1 == levels_.size();
    // A node with one child would say nothing.
    if (is_top && level > 0 && levels_[level].size == 1) return levels_[level].first_child;
    if (is_top) return write(level);
    if (levels_[level].size != 0) close(level);
  }
  return std::nullopt;
}

std::string ComponentReader::payload(const ObjectId& id) {
  ++nodes_read_;
  return transaction_->payload(id, ObjectType::Node);
}

ComponentNode ComponentReader::node(const ObjectId& id) {
  try {
    return decode_component_node(payload(id));
  } catch (Error& error) {
    error.during("reading node " + id.hex());
    throw;
  }
}

void for_each_component(ComponentReader& reader, const ObjectId& root,
                        const std::function<bool(const Component&)>& visit) {
  bool go_on = true;
  visit_components(reader, reader.node(root), go_on, visit);
}

std::optional<Component> find_component(ComponentReader& reader, const ObjectId& root,
                                        std::string_view path, std::vector<std::string>* payloads) {
  ObjectId here = root;
  for (;;) {
    const std::string payload = reader.payload(here);
    const ComponentNode node = decode_component_node(payload);
    if (payloads != nullptr) payloads->push_back(payload);
    if (const ComponentNode::Child* const child = child_towards(node, path)) {
      here = child->node;
      continue;
    }
    const Component* const found = component_at(node, path);
    return found != nullptr ? std::optional(*found) : std::nullopt;
  }
}

void find_components(ComponentReader& reader, const ObjectId& root,
                     std::span<const std::string_view> paths,
                     const std::function<void(const Component&)>& visit) {
  if (!paths.empty()) visit_found(reader, reader.node(root), paths, visit);
}

void diff_components(ComponentReader& reader, const ObjectId& before, const ObjectId& after,
                     const std::function<void(const Component*, const Component*)>& visit) {
  if (before == after) return;
  Side a(reader, before);
  Side b(reader, after);
  while (!a.is_done() || !b.is_done()) {
    if (a.is_done() || b.is_done()) {
      Side& left = a.is_done() ? b : a;
      if (left.is_subtree()) {
        left.open();
        continue;
      }
      visit(a.is_done() ? nullptr : &a.component(), a.is_done() ? &b.component() : nullptr);
      left.skip();
    } else if (a.is_subtree() && b.is_subtree() && a.subtree() == b.subtree()) {
      a.skip();
      b.skip();
    } else if (!a.is_subtree() && b.is_passed(a.component().path)) {
      visit(&a.component(), nullptr);
      a.skip();
    } else if (!b.is_subtree() && a.is_passed(b.component().path)) {
      visit(nullptr, &b.component());
      b.skip();
    } else if (a.is_subtree() || b.is_subtree()) {
      open_one(a, b);
    } else if (const int order = a.component().path.compare(b.component().path); order == 0) {
      if (a.component() != b.component()) visit(&a.component(), &b.component());
      a.skip();
      b.skip();
    } else {
      visit(order < 0 ? &a.component() : nullptr, order < 0 ? nullptr : &b.component());
      (order < 0 ? a : b).skip();
    }
  }
}

}  // namespace roar
