#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "objects/base/error.h"
#include "objects/component_tree.h"
#include "objects/composite.h"
#include "objects/edge_tree.h"
#include "objects/history.h"
#include "objects/json.h"
#include "objects/store.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/quote.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

struct Request {
  bool sizes = false;
  bool names_only = false;
  bool json = false;
  bool null = false;
};

// As in git: a path stands for itself and for all that is below it.
bool is_wanted(const std::vector<std::string_view>& paths, std::string_view path) {
  if (paths.empty()) return true;
  return std::ranges::any_of(paths, [&](std::string_view wanted) {
    if (!path.starts_with(wanted)) return false;
    return path.size() == wanted.size() || wanted.ends_with('/') || path[wanted.size()] == '/';
  });
}

std::string line_of(const Edge& edge, const Request& request) {
  std::string path = request.null ? edge.path : quoted_path(edge.path);
  if (request.names_only) return path;
  std::string line = std::string(role_name(edge.role)) + ' ' +
                     std::string(class_name(edge.path_class)) + ' ' +
                     (edge.artifact ? edge.artifact->hex() : "-");
  if (request.sizes) line += ' ' + std::to_string(edge.size);
  return line + '\t' + path;
}

json::Object json_of(const Edge& edge) {
  json::Object object{{"class", class_name(edge.path_class)}, {"role", role_name(edge.role)}};
  json::put_bytes(object, "path", edge.path);
  if (edge.artifact) object.emplace("artifact_oid", edge.artifact->hex());
  if (edge.size != 0) object.emplace("size", edge.size);
  return object;
}

std::string line_of(const Component& component, const Request& request) {
  std::string path = request.null ? component.path : quoted_path(component.path);
  if (request.names_only) return path;
  std::string line = std::string(component_kind_name(component.kind)) + ' ' + component.algorithm +
                     ' ' + component.digest;
  if (request.sizes) line += ' ' + std::to_string(component.size);
  return line + '\t' + path;
}

json::Object entry_of(const Component& component) {
  json::Object object = json_of(component);
  object.insert_or_assign("algorithm", component.algorithm);
  object.insert_or_assign("kind", component_kind_name(component.kind));
  return object;
}

// The root of the tree of components that the name stands for; nullopt if it is of files of jobs.
std::optional<ObjectId> components_of(const ReadTransaction& transaction,
                                      const ResolvedName& name) {
  if (name.type == ObjectType::Composite) return read_composite(transaction, name.id).node;
  const bool is_root = name.type == ObjectType::Node &&
                       is_component_node(transaction.payload(name.id, ObjectType::Node));
  return is_root ? std::optional(name.id) : std::nullopt;
}

void for_each_entry(const ReadTransaction& transaction, const ResolvedName& name,
                    const std::function<bool(const Edge&)>& visit) {
  if (name.type == ObjectType::Node) return for_each_edge(transaction, name.id, visit);
  if (name.type == ObjectType::Job)
    return for_each_edge_of(transaction, read_job(transaction, name.id), visit);
  throw Error(Errc::Usage, std::string(type_name(name.type)) + " " + name.id.hex() +
                               " has no entries; composites, nodes and jobs have");
}

}  // namespace

int cmd_ls_composite(Context& context, Arguments arguments) {
  Request request;
  Options options("ls-composite [-l] [--name-only] [--json] [-z] <name> [<path>...]");
  options.flag('l', "long", request.sizes, "with the size in bytes")
      .flag(0, "name-only", request.names_only, "print paths only")
      .flag(0, "json", request.json, "print JSON")
      .flag('z', "null", request.null, "end lines with NUL and leave names as they are");
  auto operands = options.parse(arguments);
  if (operands.empty()) throw options.usage_error("no name given");
  const std::string_view name = operands.front();
  operands.erase(operands.begin());
  const char end = request.null ? '\0' : '\n';
  std::string text;
  json::Array entries;
  context.store->read([&](const ReadTransaction& transaction) {
    const ResolvedName found = resolve(transaction, *context.workspace, name);
    const auto add = [&](const auto& entry, json::Object (*object_of)(decltype(entry))) {
      if (!is_wanted(operands, entry.path)) return true;
      if (request.json) {
        entries.emplace_back(object_of(entry));
      } else {
        text += line_of(entry, request) + end;
      }
      return true;
    };
    if (const auto root = components_of(transaction, found)) {
      ComponentReader reader(transaction);
      for_each_component(reader, *root,
                         [&](const Component& component) { return add(component, entry_of); });
    } else {
      for_each_entry(transaction, found, [&](const Edge& edge) { return add(edge, json_of); });
    }
  });
  if (request.json)
    text = json::encode(json::Object{{"entries", std::move(entries)}, {"version", 1}}) + end;
  context.out << text;
  return 0;
}

}  // namespace roar::plumbing
