#include "objects/component_tree.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "objects/composite.h"
#include "objects/store.h"
#include "tests/unit/objects/code_of.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

Component component(const std::string& path, char digit = 'a') {
  return {.path = path, .algorithm = "blake3", .digest = std::string(64, digit), .size = 1};
}

std::vector<Component> many(std::size_t count) {
  std::vector<Component> components;
  for (std::size_t i = 0; i < count; ++i)
    components.push_back(component("d/" + std::to_string(1'000'000 + i)));
  return components;
}

ObjectId put_components(Store& store, const std::vector<Component>& components) {
  ObjectId root;
  store.write([&](WriteTransaction& transaction) {
    ComponentTreeBuilder builder(
        [&](ObjectType type, std::string_view payload) { return transaction.put(type, payload); });
    for (const Component& one : components) builder.add(one);
    root = *builder.finish();
  });
  return root;
}

std::uint64_t objects_in(const Store& store) {
  std::uint64_t count = 0;
  store.read([&](const ReadTransaction& transaction) { count = transaction.counts().by_number; });
  return count;
}

// What differs, as "-path", "+path" and "!path", and how many nodes it took to know.
struct Diff {
  std::string text;
  std::uint64_t nodes = 0;
};

Diff diff(const Store& store, const ObjectId& before, const ObjectId& after) {
  Diff diff;
  store.read([&](const ReadTransaction& transaction) {
    ComponentReader reader(transaction);
    diff_components(reader, before, after, [&](const Component* was, const Component* is) {
      diff.text += was == nullptr ? "+" + is->path : (is == nullptr ? "-" : "!") + was->path;
    });
    diff.nodes = reader.nodes_read();
  });
  return diff;
}

}  // namespace

TEST_CASE("a tree of components has what was added, in order") {
  Store store = Store::in_memory();
  for (const std::size_t count : {1U, 7U, 8U, 9U, 100U, 5000U}) {
    const std::vector<Component> all = many(count);
    const ObjectId root = put_components(store, all);
    store.read([&](const ReadTransaction& transaction) {
      ComponentReader reader(transaction);
      std::vector<Component> read;
      for_each_component(reader, root, [&](const Component& one) {
        read.push_back(one);
        return true;
      });
      CHECK(read == all);
      CHECK(reader.node(root).count() == count);
      std::vector<std::string> way;
      CHECK(find_component(reader, root, all.back().path, &way) == all.back());
      CHECK(object_id_of(ObjectType::Node, way.front()) == root);
      CHECK_FALSE(find_component(reader, root, "d/0"));
      CHECK_FALSE(find_component(reader, root, "e"));
    });
  }
}

TEST_CASE("components are found together, by the nodes on the way to them") {
  Store store = Store::in_memory();
  const std::vector<Component> all = many(5000);
  const ObjectId root = put_components(store, all);
  store.read([&](const ReadTransaction& transaction) {
    const std::vector<std::string_view> paths{
        "a", all[0].path, "d/1002000x", all[4000].path, all[4001].path, "e"};
    ComponentReader reader(transaction);
    std::vector<Component> found;
    find_components(reader, root, paths, [&](const Component& one) { found.push_back(one); });
    CHECK(found == std::vector<Component>{all[0], all[4000], all[4001]});
    CHECK(reader.nodes_read() < 20);
    std::vector<std::string_view> every;
    for (const Component& one : all) every.push_back(one.path);
    found.clear();
    find_components(reader, root, every, [&](const Component& one) { found.push_back(one); });
    CHECK(found == all);
  });
}

TEST_CASE("a component's every field comes back") {
  const Component full{.path = "a\xff",
                       .kind = ComponentKind::Composite,
                       .algorithm = "composite-sha256",
                       .digest = std::string(64, '1'),
                       .size = 12,
                       .composite = object_id_of(ObjectType::Blob, "x")};
  ComponentNode node;
  node.components = {full, component("b")};
  const std::string payload = encode(node);
  CHECK(decode_component_node(payload) == node);
  CHECK(is_component_node(payload));
  CHECK_FALSE(is_component_node(R"({"entries":[],"kind":"edges","level":0,"v":1})"));
}

TEST_CASE("nodes that encode does not write are refused") {
  const auto leaf = [](const std::string& entries) { return component_node_payload(entries, 0); };
  const std::string digest = R"("digest":")" + std::string(64, 'a') + '"';
  const std::string a = "{" + digest + R"(,"path":"a"})";
  const std::string b = "{" + digest + R"(,"path":"b"})";
  CHECK_NOTHROW(decode_component_node(leaf(a + "," + b)));
  for (const std::string& entries :
       {std::string(), b + "," + a, a + "," + a, "{" + digest + R"(,"path":"../a"})",
        "{" + digest + R"(,"path":"./a"})", "{" + digest + "}", std::string(R"({"path":"a"})"),
        R"({"algorithm":"blake3",)" + digest + R"(,"path":"a"})",
        "{" + digest + R"(,"kind":"file","path":"a"})",
        "{" + digest + R"(,"kind":"pipe","path":"a"})", std::string(R"({"digest":"","path":"a"})"),
        std::string("1")})
    CHECK(code_of([&] { decode_component_node(leaf(entries)); }) == Errc::Corrupt);
}

TEST_CASE("two versions share all nodes but those on the way to what differs") {
  Store store = Store::in_memory();
  std::vector<Component> components = many(10'000);
  const ObjectId first = put_components(store, components);
  const std::uint64_t all = objects_in(store);
  components[5000].digest = std::string(64, 'b');
  const ObjectId second = put_components(store, components);
  const std::uint64_t added = objects_in(store) - all;
  CHECK(added <= 6);
  const Diff one = diff(store, first, second);
  CHECK(one.text == "!d/1005000");
  CHECK(one.nodes <= 2 * added);
  CHECK(diff(store, first, first).nodes == 0);
}

TEST_CASE("what comes and goes is found with the nodes around it") {
  Store store = Store::in_memory();
  const std::vector<Component> before = many(10'000);
  std::vector<Component> after = before;
  after.erase(after.begin() + 7000);
  after.insert(after.begin() + 2000, component(before[1999].path + "x"));
  after.push_back(component("z"));
  const ObjectId a = put_components(store, before);
  const ObjectId b = put_components(store, after);
  const Diff found = diff(store, a, b);
  CHECK(found.text == "+d/1001999x-d/1007000+z");
  CHECK(found.nodes < 60);
  CHECK(diff(store, b, a).text == "-d/1001999x+d/1007000-z");
  const ObjectId one = put_components(store, {component("d/1000000")});
  CHECK(diff(store, one, a).nodes > 500);
  CHECK(diff(store, one, put_components(store, {component("c")})).text == "+c-d/1000000");
}

TEST_CASE("differences of random versions are those of their lists") {
  Store store = Store::in_memory();
  unsigned state = 1;
  const auto next = [&](unsigned below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8U) % below;
  };
  for (int round = 0; round < 40; ++round) {
    std::map<std::string, Component> a;
    std::map<std::string, Component> b;
    const unsigned count = 1 + next(400);
    for (unsigned i = 0; i < count; ++i) {
      const std::string path = std::to_string(next(1000));
      a[path] = component(path);
      if (next(10) != 0) b[path] = component(path, next(20) == 0 ? 'b' : 'a');
      if (next(20) == 0) b[path + "n"] = component(path + "n");
    }
    if (b.empty()) continue;
    std::string expected;
    std::map<std::string, Component> both = a;
    both.insert(b.begin(), b.end());
    for (const auto& [path, unused] : both) {
      if (!a.contains(path)) expected += "+" + path;
      if (!b.contains(path)) expected += "-" + path;
      if (a.contains(path) && b.contains(path) && a[path] != b[path]) expected += "!" + path;
    }
    std::vector<Component> lists[2];
    for (const auto& [path, one] : a) lists[0].push_back(one);
    for (const auto& [path, one] : b) lists[1].push_back(one);
    CHECK(diff(store, put_components(store, lists[0]), put_components(store, lists[1])).text ==
          expected);
  }
}

TEST_CASE("a composite's every field comes back, and others are refused") {
  Composite composite;
  composite.algorithm = "composite-sha256";
  composite.digest = std::string(64, '2');
  composite.structure = "nested";
  composite.count = 2;
  composite.files = 5;
  composite.size = 7;
  composite.node = object_id_of(ObjectType::Blob, "x");
  composite.excluded = {"README.md", "b\xff"};
  composite.excluded_count = 9;
  CHECK(decode_composite(encode(composite)) == composite);
  composite.files = 2;
  composite.excluded_count = 2;
  CHECK(decode_composite(encode(composite)) == composite);
  const auto refused = [](Composite bad) {
    return code_of([&] { decode_composite(encode(bad)); }) == Errc::Corrupt;
  };
  Composite bad = composite;
  bad.algorithm = "composite-md5";
  CHECK(refused(bad));
  bad = composite;
  bad.digest = "2";
  CHECK(refused(bad));
  bad = composite;
  bad.count = 0;
  CHECK(refused(bad));
}
