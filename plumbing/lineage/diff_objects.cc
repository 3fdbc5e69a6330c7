#include "plumbing/lineage/diff_objects.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "objects/base/error.h"
#include "objects/fields.h"
#include "objects/job.h"

namespace roar::plumbing {
namespace {

using Values = std::vector<json::Value>;

// The name that stands for an element of a list of things with names; empty if it has none.
std::string name_of(const json::Value& value) {
  constexpr std::size_t kPair = 2;  // as variables are kept: name and value
  if (const json::Array* pair = value.array(); pair != nullptr && pair->size() == kPair)
    return pair->front().string() == nullptr ? std::string() : *pair->front().string();
  if (value.object() == nullptr) return {};
  const auto name = value.object()->find("name");
  if (name == value.object()->end() || name->second.string() == nullptr) return {};
  return *name->second.string();
}

std::optional<std::map<std::string, const json::Value*>> by_name(const json::Array& array) {
  std::map<std::string, const json::Value*> named;
  for (const json::Value& value : array) {
    const std::string name = name_of(value);
    if (name.empty() || !named.emplace(name, &value).second) return std::nullopt;
  }
  return named;
}

class Differ {
 public:
  std::vector<ObjectDifference> take() { return std::move(found_); }

  void fields(const std::string& where, const json::Object& a, const json::Object& b) {
    std::set<std::string> keys;
    for (const auto& [key, value] : a) keys.insert(key);
    for (const auto& [key, value] : b) keys.insert(key);
    for (const std::string& key : keys) {
      const auto in_a = a.find(key);
      const auto in_b = b.find(key);
      values(where.empty() ? key : where + "." + key, in_a == a.end() ? nullptr : &in_a->second,
             in_b == b.end() ? nullptr : &in_b->second);
    }
  }

  void add(std::string what, bool is_file, Values before, Values after) {
    found_.push_back({.what = std::move(what),
                      .is_file = is_file,
                      .before = std::move(before),
                      .after = std::move(after)});
  }

 private:
  void values(const std::string& where, const json::Value* a, const json::Value* b) {
    if (a != nullptr && b != nullptr) {
      if (*a == *b) return;
      if (a->object() != nullptr && b->object() != nullptr)
        return fields(where, *a->object(), *b->object());
      if (a->array() != nullptr && b->array() != nullptr && lists(where, *a->array(), *b->array()))
        return;
    }
    add(where, false, a == nullptr ? Values{} : Values{*a}, b == nullptr ? Values{} : Values{*b});
  }

  // False if they are better shown as a whole.
  bool lists(const std::string& where, const json::Array& a, const json::Array& b) {
    const auto in_a = by_name(a);
    const auto in_b = by_name(b);
    if (!in_a || !in_b || (in_a->empty() && in_b->empty())) return false;
    std::set<std::string> names;
    for (const auto& [name, value] : *in_a) names.insert(name);
    for (const auto& [name, value] : *in_b) names.insert(name);
    for (const std::string& name : names) {
      const auto of_a = in_a->find(name);
      const auto of_b = in_b->find(name);
      values(where + "[" + name + "]", of_a == in_a->end() ? nullptr : of_a->second,
             of_b == in_b->end() ? nullptr : of_b->second);
    }
    return true;
  }

  std::vector<ObjectDifference> found_;
};

json::Object payload_of(const ReadTransaction& transaction, const ObjectId& id, ObjectType type) {
  return json::decode(transaction.payload(id, type));
}

// The files in trees of edges, as they stand in their nodes.
using Files = std::map<std::pair<std::string, std::string>, json::Value>;

// The leaves below a node.
void collect_leaves(const ReadTransaction& transaction, const ObjectId& id,
                    std::set<ObjectId>& leaves) {
  const json::Object node = payload_of(transaction, id, ObjectType::Node);
  const Fields fields(node, "node");
  if (fields.number("level") == 0) {
    leaves.insert(id);
    return;
  }
  for (const json::Value& entry : fields.array("entries"))
    if (entry.object() != nullptr)
      collect_leaves(transaction, Fields(*entry.object(), "node: child").id("node_oid"), leaves);
}

void collect_files(const ReadTransaction& transaction, const ObjectId& leaf, Files& files) {
  const json::Object node = payload_of(transaction, leaf, ObjectType::Node);
  for (const json::Value& entry : Fields(node, "node").array("entries")) {
    if (entry.object() == nullptr) continue;
    const Fields fields(*entry.object(), "node: edge");
    files.emplace(std::pair(fields.bytes("path"), fields.string("role")), entry);
  }
}

// Files of the trees at these roots that are not in leaves of the others.
Files files_of(const ReadTransaction& transaction, const std::set<ObjectId>& leaves,
               const std::set<ObjectId>& others) {
  Files files;
  for (const ObjectId& leaf : leaves)
    if (!others.contains(leaf)) collect_files(transaction, leaf, files);
  return files;
}

void diff_files(const Files& a, const Files& b, Differ& differ) {
  std::set<std::pair<std::string, std::string>> keys;
  for (const auto& [key, value] : a) keys.insert(key);
  for (const auto& [key, value] : b) keys.insert(key);
  for (const auto& key : keys) {
    const auto in_a = a.find(key);
    const auto in_b = b.find(key);
    if (in_a != a.end() && in_b != b.end() && in_a->second == in_b->second) continue;
    differ.add(key.second + ":" + key.first, true,
               in_a == a.end() ? Values{} : Values{in_a->second},
               in_b == b.end() ? Values{} : Values{in_b->second});
  }
}

std::set<ObjectId> leaves_of(const ReadTransaction& transaction, const ObjectId& id,
                             ObjectType type) {
  std::set<ObjectId> leaves;
  if (type == ObjectType::Node) {
    collect_leaves(transaction, id, leaves);
    return leaves;
  }
  for (const auto& root : decode_job(transaction.payload(id, ObjectType::Job)).edges)
    if (root) collect_leaves(transaction, *root, leaves);
  return leaves;
}

}  // namespace

std::vector<ObjectDifference> diff_objects(const ReadTransaction& transaction, const ObjectId& a,
                                           const ObjectId& b) {
  const auto of_a = transaction.info(a);
  const auto of_b = transaction.info(b);
  if (!of_a || !of_b) throw Error(Errc::NotFound, "object " + (of_a ? b : a).hex() + " is missing");
  const ObjectType type = of_a->type;
  if (type != of_b->type)
    throw Error(Errc::Usage, "cannot compare " + std::string(type_name(type)) + " " + a.hex() +
                                 " with " + std::string(type_name(of_b->type)) + " " + b.hex());
  Differ differ;
  if (a == b) return {};
  if (type == ObjectType::Blob) {
    differ.add("payload", false, {of_a->size}, {of_b->size});
    return differ.take();
  }
  const bool has_files = type == ObjectType::Job || type == ObjectType::Node;
  json::Object fields_a;
  json::Object fields_b;
  if (type != ObjectType::Node) {
    fields_a = payload_of(transaction, a, type);
    fields_b = payload_of(transaction, b, type);
  }
  if (has_files) {
    fields_a.erase("edges");
    fields_b.erase("edges");
  }
  differ.fields({}, fields_a, fields_b);
  if (has_files) {
    const std::set<ObjectId> leaves_a = leaves_of(transaction, a, type);
    const std::set<ObjectId> leaves_b = leaves_of(transaction, b, type);
    diff_files(files_of(transaction, leaves_a, leaves_b), files_of(transaction, leaves_b, leaves_a),
               differ);
  }
  return differ.take();
}

}  // namespace roar::plumbing
