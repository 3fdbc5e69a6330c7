#include "objects/version_writer.h"

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <vector>

#include "objects/component_tree.h"
#include "objects/composite.h"
#include "objects/store.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

std::string digest_of(std::size_t number) {
  return object_id_of(ObjectType::Blob, std::to_string(number)).hex();
}

std::vector<Component> many(std::size_t count) {
  std::vector<Component> components;
  for (std::size_t i = 0; i < count; ++i)
    components.push_back({.path = "d/" + std::to_string(1'000'000 + i),
                          .algorithm = "blake3",
                          .digest = digest_of(i),
                          .size = 1});
  return components;
}

// A store with versions of one composite.
class Versions {
 public:
  struct Made {
    ObjectId id;
    ObjectId root;
    std::uint64_t stored_bytes = 0;  // of what was not there before
    std::uint64_t deltas = 0;
  };

  Made make(const std::vector<Component>& components,
            const std::optional<ObjectId>& earlier = std::nullopt) {
    const std::uint64_t before = highest();
    Made made;
    store.write([&](WriteTransaction& transaction) {
      VersionWriter writer(transaction);
      const auto sink = [&](ObjectType type, std::string_view payload) {
        return writer.put(type, payload, earlier);
      };
      ComponentTreeBuilder tree(sink);
      for (const Component& component : components) tree.add(component);
      made.root = *tree.finish();
      Composite composite;
      composite.algorithm = "composite-blake3";
      composite.digest = digest_of(before);
      composite.count = composite.files = components.size();
      composite.node = made.root;
      made.id = sink(ObjectType::Composite, encode(composite));
    });
    store.read([&](const ReadTransaction& transaction) {
      transaction.for_each_object([&](const ObjectInfo& info) {
        if (info.sequence <= before) return true;
        const StoredForm form = transaction.stored_form(info.id).value();
        made.stored_bytes += form.bytes;
        made.deltas += form.base.has_value();
        return true;
      });
    });
    return made;
  }

  std::vector<Component> components_of(const Made& made) const {
    std::vector<Component> found;
    store.read([&](const ReadTransaction& transaction) {
      ComponentReader reader(transaction);
      for_each_component(reader, made.root, [&](const Component& component) {
        found.push_back(component);
        return true;
      });
    });
    return found;
  }

  Store store = Store::in_memory();

 private:
  std::uint64_t highest() const {
    std::uint64_t number = 0;
    store.read(
        [&](const ReadTransaction& transaction) { number = transaction.counts().highest_number; });
    return number;
  }
};

}  // namespace

TEST_CASE("a version costs what differs, however it is scattered", "[delta]") {
  Versions versions;
  std::vector<Component> components = many(20'000);
  const auto first = versions.make(components);
  CHECK(first.deltas == 0);
  for (std::size_t i = 50; i < components.size(); i += 100)
    components[i].digest = digest_of(1'000'000 + i);
  const std::vector<Component> second_list = components;
  const auto second = versions.make(components, first.id);
  CHECK(second.deltas > 200);
  // The new digests, and those of the nodes above them, are 2 % by themselves.
  CHECK(second.stored_bytes * 25 < first.stored_bytes);
  CHECK(versions.components_of(second) == second_list);

  for (std::size_t i = 20; i < components.size(); i += 100)
    components[i].digest = digest_of(2'000'000 + i);
  const auto third = versions.make(components, second.id);
  CHECK(third.stored_bytes * 16 < first.stored_bytes);
  CHECK(versions.components_of(third) == components);
  CHECK(versions.components_of(second) == second_list);
}

TEST_CASE("a version that grew, shrank or has other paths is stored as it is", "[delta]") {
  Versions versions;
  const std::vector<Component> components = many(5000);
  const auto first = versions.make(components);
  std::vector<Component> other = components;
  SECTION("more behind the end") {
    for (const Component& one : many(5100))
      if (one.path > components.back().path) other.push_back(one);
  }
  SECTION("so few that the tree is lower") {
    other.resize(5);
  }
  SECTION("so many that the tree is higher") {
    other = many(100'000);
  }
  SECTION("some in the middle") {
    other[2500].path += "x";
    other.erase(other.begin() + 1000, other.begin() + 1100);
  }
  SECTION("wholly other ones") {
    for (Component& one : other) one.path = "other/" + one.path;
  }
  const auto made = versions.make(other, first.id);
  CHECK(versions.components_of(made) == other);
  CHECK(versions.components_of(first) == components);
}

TEST_CASE("an earlier version that is none does no harm", "[delta]") {
  Versions versions;
  const std::vector<Component> components = many(500);
  ObjectId earlier = object_id_of(ObjectType::Composite, "absent");
  SECTION("it is not there") {}
  SECTION("it is something else") {
    versions.store.write(
        [&](WriteTransaction& transaction) { earlier = transaction.put(ObjectType::Blob, "x"); });
  }
  SECTION("its nodes are not there") {
    Composite composite;
    composite.algorithm = "composite-blake3";
    composite.digest = digest_of(1);
    composite.count = composite.files = 1;
    composite.node = object_id_of(ObjectType::Node, "absent");
    versions.store.write([&](WriteTransaction& transaction) {
      earlier = transaction.put(ObjectType::Composite, encode(composite));
    });
  }
  const auto made = versions.make(components, earlier);
  CHECK(versions.components_of(made) == components);
}
