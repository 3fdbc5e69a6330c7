#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/component_node.h"
#include "objects/transaction.h"

// Components of one composite as a tree of `node` objects, cut where the hash of a path says so:
// two versions of a directory share all nodes but those on the way to what differs.

namespace roar {

// Where objects go as they are made: into a transaction, or elsewhere. Returns the object's id.
using ObjectSink = std::function<ObjectId(ObjectType, std::string_view payload)>;

// Writes a tree while its components come, holding one node of each level in memory.
class ComponentTreeBuilder {
 public:
  explicit ComponentTreeBuilder(ObjectSink sink) : sink_(std::move(sink)) {}

  // Components must come in order of path, each once.
  void add(const Component& component);
  // The root; nullopt if there were none. The builder is of no use afterwards.
  std::optional<ObjectId> finish();

 private:
  // The node of one level that is not complete yet.
  struct Level {
    std::string entries;
    std::string last_path;
    std::size_t size = 0;       // entries
    std::uint64_t count = 0;    // components below it
    ObjectId first_child = {};  // of an inner node
  };

  void close_if_due(std::uint32_t level);
  void close(std::uint32_t level);
  ObjectId write(std::uint32_t level);

  ObjectSink sink_;
  std::vector<Level> levels_;
};

// Reads nodes, and counts them: what a question costs.
class ComponentReader {
 public:
  explicit ComponentReader(const ReadTransaction& transaction) noexcept
      : transaction_(&transaction) {}

  // Throws Errc::NotFound or Errc::Corrupt.
  ComponentNode node(const ObjectId& id);
  std::string payload(const ObjectId& id);
  std::uint64_t nodes_read() const noexcept { return nodes_read_; }

 private:
  const ReadTransaction* transaction_;
  std::uint64_t nodes_read_ = 0;
};

// Calls `visit` for each component in order of path until it returns false.
void for_each_component(ComponentReader& reader, const ObjectId& root,
                        const std::function<bool(const Component&)>& visit);

// The component of this path. `payloads`, if not null, gets those of the nodes on the way, the
// root's first: nodes that show whether it is there.
std::optional<Component> find_component(ComponentReader& reader, const ObjectId& root,
                                        std::string_view path,
                                        std::vector<std::string>* payloads = nullptr);

// Calls `visit` for each of these paths that is a component's. They are sorted, each once. Reads
// the nodes on the way to them, each once.
void find_components(ComponentReader& reader, const ObjectId& root,
                     std::span<const std::string_view> paths,
                     const std::function<void(const Component&)>& visit);

// Calls `visit` for each path that differs, in order; what is not there is null. Subtrees that both
// trees share are not read.
void diff_components(ComponentReader& reader, const ObjectId& before, const ObjectId& after,
                     const std::function<void(const Component*, const Component*)>& visit);

}  // namespace roar
