#include "plumbing/composite/compare_composites.h"

#include "objects/base/error.h"
#include "objects/component_tree.h"
#include "objects/store.h"
#include "plumbing/resolve.h"

namespace roar::plumbing {
namespace {

void compare_trees(const ReadTransaction& transaction, ComponentReader& reader,
                   const ObjectId& before, const ObjectId& after, const std::string& prefix,
                   std::vector<ComponentDifference>& differences) {
  diff_components(reader, before, after, [&](const Component* was, const Component* is) {
    const std::string path = prefix + (was != nullptr ? was->path : is->path);
    if (was != nullptr && is != nullptr && was->composite && is->composite) {
      compare_trees(transaction, reader, read_composite(transaction, *was->composite).node,
                    read_composite(transaction, *is->composite).node, path + '/', differences);
      return;
    }
    differences.push_back({.path = path,
                           .before = was != nullptr ? std::optional(*was) : std::nullopt,
                           .after = is != nullptr ? std::optional(*is) : std::nullopt});
  });
}

}  // namespace

ObjectId composite_named(const ReadTransaction& transaction, const Workspace& workspace,
                         std::string_view name) {
  const ResolvedName found = resolve(transaction, workspace, name);
  if (found.type != ObjectType::Composite)
    throw Error(Errc::Usage, "'" + std::string(name) + "' is no composite but a " +
                                 std::string(type_name(found.type)));
  return found.id;
}

CompositeComparison compare_composites(const Workspace& workspace, std::string_view before,
                                       std::string_view after) {
  const Store store(workspace.store_directory(), Store::Mode::ReadOnly);
  CompositeComparison comparison;
  store.read([&](const ReadTransaction& transaction) {
    comparison = {};
    comparison.before =
        read_composite(transaction, composite_named(transaction, workspace, before));
    comparison.after = read_composite(transaction, composite_named(transaction, workspace, after));
    ComponentReader reader(transaction);
    compare_trees(transaction, reader, comparison.before.node, comparison.after.node, {},
                  comparison.differences);
    comparison.nodes_read = reader.nodes_read();
  });
  return comparison;
}

}  // namespace roar::plumbing
