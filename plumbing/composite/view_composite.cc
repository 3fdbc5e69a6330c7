#include "plumbing/composite/view_composite.h"

#include <utility>

#include "objects/component_tree.h"
#include "objects/label.h"

namespace roar::plumbing {

namespace {

void add_files(const ReadTransaction& transaction, ComponentReader& reader,
               const std::vector<Component>& components, MembershipFilter& filter) {
  for (const Component& component : components) {
    if (!component.composite) {
      filter.add(component.algorithm, component.digest);
      continue;
    }
    std::vector<Component> below;
    for_each_component(reader, read_composite(transaction, *component.composite).node,
                       [&](const Component& one) {
                         below.push_back(one);
                         return true;
                       });
    add_files(transaction, reader, below, filter);
  }
}

}  // namespace

CompositeView view_composite(const Store& store, const ObjectId& id, std::size_t components_max) {
  CompositeView view;
  store.read([&](const ReadTransaction& transaction) {
    view = {.id = id, .composite = read_composite(transaction, id), .components = {}};
    if (auto label = label_of(transaction, id)) view.labels = std::move(label->document);
    ComponentReader reader(transaction);
    if (components_max == 0) return;
    for_each_component(reader, view.composite.node, [&](const Component& component) {
      view.components.push_back(component);
      return view.components.size() < components_max;
    });
    if (components_max != kAllComponents) return;
    view.filter.emplace(view.composite.files);
    add_files(transaction, reader, view.components, *view.filter);
  });
  return view;
}

}  // namespace roar::plumbing
