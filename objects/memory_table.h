#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "objects/store_backend.h"

namespace roar {

// An ordered map of byte strings. To copy one costs nothing: copies share what they have in common,
// and none sees what is done to another. Those that share may be read by several threads.
//
// A treap, in which each key's place follows from its hash. A change makes the nodes on the way to
// it anew and leaves the old ones to who still has them.
class MemoryTable {
 public:
  std::size_t size() const noexcept { return size_; }

  // Null if there is no such key. Valid until the next change to this table, if no copy has it.
  const std::string* find(std::string_view key) const noexcept;
  // Replaces an earlier value.
  void set(std::string_view key, std::string value);
  // Whether it was there.
  bool erase(std::string_view key);

 private:
  enum Side : std::uint8_t { kLeft, kRight };
  struct Row {
    std::string key;
    std::string value;
  };
  struct Node;
  using Link = std::shared_ptr<const Node>;
  struct Node {
    std::shared_ptr<const Row> row;
    std::size_t priority;  // none is higher below it
    std::array<Link, 2> child;
  };

  static Link with(const Node& node, Side side, Link child);
  static Link insert(const Link& tree, std::shared_ptr<const Row> row);
  static Link without(const Link& tree, std::string_view key);
  static Link join(const Link& left, const Link& right);

  Link root_;
  std::size_t size_ = 0;

 public:
  // Not valid after a change to the table.
  class Position final : public TablePosition {
   public:
    explicit Position(const MemoryTable& table) noexcept : root_(table.root_.get()) {}

    bool first() override { return go_to_end(kLeft); }
    bool last() override { return go_to_end(kRight); }
    bool next() override { return go(kRight); }
    bool previous() override { return go(kLeft); }
    bool seek(std::string_view key) override;

   private:
    bool go_to_end(Side side);
    bool go(Side side);
    void descend(const Node* node, Side side);
    bool arrive();

    const Node* root_;
    std::vector<const Node*> path_;  // from the root to where it stands
  };
};

}  // namespace roar
