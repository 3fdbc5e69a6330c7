#include "objects/memory_table.h"

#include <functional>
#include <utility>

namespace roar {

const std::string* MemoryTable::find(std::string_view key) const noexcept {
  const Node* node = root_.get();
  while (node != nullptr) {
    const int order = key.compare(node->row->key);
    if (order == 0) return &node->row->value;
    node = node->child[order < 0 ? kLeft : kRight].get();
  }
  return nullptr;
}

void MemoryTable::set(std::string_view key, std::string value) {
  if (find(key) == nullptr) ++size_;
  root_ = insert(root_, std::make_shared<const Row>(Row{std::string(key), std::move(value)}));
}

bool MemoryTable::erase(std::string_view key) {
  if (find(key) == nullptr) return false;
  root_ = without(root_, key);
  --size_;
  return true;
}

MemoryTable::Link MemoryTable::with(const Node& node, Side side, Link child) {
  Node changed = node;
  changed.child[side] = std::move(child);
  return std::make_shared<const Node>(std::move(changed));
}

MemoryTable::Link MemoryTable::insert(const Link& tree, std::shared_ptr<const Row> row) {
  if (!tree) {
    const std::size_t priority = std::hash<std::string_view>()(row->key);
    return std::make_shared<const Node>(Node{std::move(row), priority, {}});
  }
  const int order = row->key.compare(tree->row->key);
  if (order == 0)
    return std::make_shared<const Node>(Node{std::move(row), tree->priority, tree->child});
  const Side side = order < 0 ? kLeft : kRight;
  const Side other = order < 0 ? kRight : kLeft;
  Link child = insert(tree->child[side], std::move(row));
  if (child->priority <= tree->priority) return with(*tree, side, std::move(child));
  return with(*child, other, with(*tree, side, child->child[other]));
}

MemoryTable::Link MemoryTable::without(const Link& tree, std::string_view key) {
  const int order = key.compare(tree->row->key);
  if (order == 0) return join(tree->child[kLeft], tree->child[kRight]);
  const Side side = order < 0 ? kLeft : kRight;
  return with(*tree, side, without(tree->child[side], key));
}

MemoryTable::Link MemoryTable::join(const Link& left, const Link& right) {
  if (!left) return right;
  if (!right) return left;
  if (left->priority > right->priority)
    return with(*left, kRight, join(left->child[kRight], right));
  return with(*right, kLeft, join(left, right->child[kLeft]));
}

bool MemoryTable::Position::seek(std::string_view key) {
  path_.clear();
  std::size_t found = 0;  // how much of the path leads to the last one that is not less
  for (const Node* node = root_; node != nullptr;) {
    path_.push_back(node);
    const bool less = std::string_view(node->row->key) < key;
    if (!less) found = path_.size();
    node = node->child[less ? kRight : kLeft].get();
  }
  path_.resize(found);
  return arrive();
}

bool MemoryTable::Position::go_to_end(Side side) {
  path_.clear();
  descend(root_, side);
  return arrive();
}

bool MemoryTable::Position::go(Side side) {
  if (path_.empty()) return false;
  if (const Node* const below = path_.back()->child[side].get()) {
    descend(below, side == kLeft ? kRight : kLeft);
    return arrive();
  }
  const Node* from = nullptr;
  do {
    from = path_.back();
    path_.pop_back();
  } while (!path_.empty() && path_.back()->child[side].get() == from);
  return arrive();
}

void MemoryTable::Position::descend(const Node* node, Side side) {
  for (; node != nullptr; node = node->child[side].get()) path_.push_back(node);
}

bool MemoryTable::Position::arrive() {
  if (path_.empty()) return false;
  stand_at(path_.back()->row->key, path_.back()->row->value);
  return true;
}

}  // namespace roar
