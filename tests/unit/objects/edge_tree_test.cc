#include "objects/edge_tree.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "objects/base/error.h"
#include "objects/edge_node.h"
#include "tests/unit/objects/code_of.h"
#include "tests/unit/objects/new_store.h"

using namespace roar;  // NOLINT(google-build-using-namespace): the test is about all of it

namespace {

Edge edge_at(const std::string& path, EdgeRole role = EdgeRole::Input) {
  Edge edge;
  edge.path = path;
  edge.role = role;
  edge.evidence = 1;
  edge.artifact = object_id_of(ObjectType::Blob, path);
  edge.size = path.size();
  return edge;
}

std::vector<Edge> edges_up_to(int count) {
  std::vector<Edge> edges;
  edges.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) edges.push_back(edge_at("data/part-" + std::to_string(i)));
  return edges;
}

bool by_path(const Edge& a, const Edge& b) {
  return std::tie(a.path, a.role) < std::tie(b.path, b.role);
}

std::vector<Edge> edges_below(const ReadTransaction& transaction, const ObjectId& root) {
  std::vector<Edge> edges;
  for_each_edge(transaction, root, [&](const Edge& edge) {
    edges.push_back(edge);
    return true;
  });
  return edges;
}

void add_nodes(const ReadTransaction& transaction, const ObjectId& root,
               std::set<ObjectId>& nodes) {
  nodes.insert(root);
  for (const EdgeNode::Child& child :
       decode_node(transaction.payload(root, ObjectType::Node)).children)
    add_nodes(transaction, child.node, nodes);
}

Edge full_edge() {
  return {.path = "a\xff",
          .spelled = "/b\n",
          .role = EdgeRole::Output,
          .path_class = PathClass::Cache,
          .evidence = 63,
          .artifact = object_id_of(ObjectType::Blob, ""),
          .size = 1ULL << 50U,
          .executable = true,
          .unchanged = true,
          .changed = true,
          .missing = "vanished",
          .via = std::string(32, 'a')};
}

}  // namespace

TEST_CASE("an edge comes back with all that it says", "[edges]") {
  EdgeNode node;
  node.edges = {edge_at(""), full_edge()};
  for (const PathClass path_class :
       {PathClass::Data, PathClass::Code, PathClass::Package, PathClass::System,
        PathClass::Temporary, PathClass::Credential, PathClass::Internal}) {
    Edge edge = edge_at("z" + std::string(class_name(path_class)), EdgeRole::Absent);
    edge.path_class = path_class;
    edge.evidence = 0;
    edge.artifact.reset();
    edge.size = 0;
    node.edges.push_back(edge);
  }
  std::ranges::sort(node.edges, by_path);
  CHECK(decode_node(encode(node)) == node);
}

TEST_CASE("damaged nodes are refused", "[edges]") {
  const std::string good =
      R"({"entries":[{"class":"data","path":"a","role":"input"},{"class":"data","path":"b","role":"input"}],"kind":"edges","level":0,"v":1})";
  CHECK(decode_node(good).edges.size() == 2);
  const auto [from, to] = GENERATE(table<std::string, std::string>({
      {"\"kind\":\"edges\"", "\"kind\":\"trees\""},
      {"\"level\":0", "\"level\":1"},
      {"\"level\":0", "\"level\":256"},
      {"\"path\":\"b\"", "\"path\":\"a\""},
      {"\"path\":\"a\"", "\"path\":\"c\""},
      {"\"role\":\"input\"", "\"role\":\"inputs\""},
      {"\"class\":\"data\"", "\"class\":\"\""},
      {"\"class\":\"data\"", "\"changed\":false,\"class\":\"data\""},
      {"\"class\":\"data\"", "\"class\":\"data\",\"evidence\":[]"},
      {"\"class\":\"data\"", R"("class":"data","evidence":["mapped","read"])"},
      {"\"class\":\"data\"", R"("class":"data","evidence":["read","read"])"},
      {"\"path\":\"a\"", "\"path_b64\":\"YQ==\""},
  }));
  std::string payload = good;
  payload.replace(payload.find(from), from.size(), to);
  INFO(payload);
  CHECK(code_of([&] { decode_node(payload); }) == Errc::Corrupt);
  CHECK(code_of([] { decode_node(R"({"entries":[],"kind":"edges","level":0,"v":1})"); }) ==
        Errc::Corrupt);
}

TEST_CASE("a tree gives its edges back in order, whatever their number", "[edges]") {
  Store store = Store::in_memory();
  const int count = GENERATE(0, 1, 2, 31, 32, 33, 500, 20'000);
  std::vector<Edge> edges = edges_up_to(count);
  store.write([&](WriteTransaction& transaction) {
    std::vector<Edge> reversed(edges.rbegin(), edges.rend());
    const std::optional<ObjectId> root = put_edges(transaction, reversed);
    CHECK(root.has_value() == (count != 0));
    std::ranges::sort(edges, by_path);
    if (root) CHECK(edges_below(transaction, *root) == edges);
    CHECK(put_edges(transaction, edges) == root);
  });
}

TEST_CASE("nodes have some ten kilobytes, and trees that differ in one path share nearly all",
          "[edges]") {
  Store store = Store::in_memory();
  constexpr int kCount = 20'000;
  store.write([&](WriteTransaction& transaction) {
    std::vector<Edge> edges = edges_up_to(kCount);
    std::set<ObjectId> before;
    add_nodes(transaction, *put_edges(transaction, edges), before);
    CHECK(before.size() > kCount / 200);
    CHECK(before.size() < kCount / 50);
    for (const ObjectId& node : before) CHECK(transaction.info(node)->size < 80'000);

    edges.push_back(edge_at("data/part-12345.more"));
    edges.erase(edges.begin() + 777);
    edges[4000].size = 1;
    std::set<ObjectId> after;
    add_nodes(transaction, *put_edges(transaction, edges), after);
    std::erase_if(after, [&](const ObjectId& node) { return before.contains(node); });
    CHECK(after.size() <= 12);
  });
}

TEST_CASE("long paths make short nodes", "[edges]") {
  Store store = Store::in_memory();
  std::vector<Edge> edges;
  for (int i = 0; i < 100; ++i)
    edges.push_back(edge_at(std::string(4000, 'p') + std::to_string(i)));
  store.write([&](WriteTransaction& transaction) {
    const ObjectId root = *put_edges(transaction, edges);
    std::set<ObjectId> nodes;
    add_nodes(transaction, root, nodes);
    for (const ObjectId& node : nodes) CHECK(transaction.info(node)->size < 80'000);
    CHECK(edges_below(transaction, root).size() == edges.size());
  });
}

TEST_CASE("walking a tree stops when asked to", "[edges]") {
  Store store = Store::in_memory();
  store.write([&](WriteTransaction& transaction) {
    const ObjectId root = *put_edges(transaction, edges_up_to(5000));
    int seen = 0;
    for_each_edge(transaction, root, [&](const Edge&) { return ++seen < 700; });
    CHECK(seen == 700);
  });
}

TEST_CASE("a node that is missing or at the wrong level is an error", "[edges]") {
  const NewStore at;
  Store store(at.path, Store::Mode::ReadWrite);
  store.write([&](WriteTransaction& transaction) {
    CHECK(code_of([&] { edges_below(transaction, ObjectId()); }) == Errc::NotFound);
    EdgeNode leaf;
    leaf.edges = {edge_at("a")};
    EdgeNode inner;
    inner.level = 2;
    inner.children = {{"a", 1, transaction.put(ObjectType::Node, encode(leaf))}};
    const ObjectId root = transaction.put(ObjectType::Node, encode(inner));
    CHECK(code_of([&] { edges_below(transaction, root); }) == Errc::Corrupt);
  });
}
