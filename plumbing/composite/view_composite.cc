#include "plumbing/composite/view_composite.h"

#include <string>
#include <utility>

#include "objects/component_tree.h"
#include "objects/label.h"
#include "plumbing/composite/composite_files.h"

namespace roar::plumbing {

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
    const auto add = [&](const std::string&, const Component& one) {
      view.filter->add(one.algorithm, one.digest);
    };
    for (const Component& one : view.components) {
      if (one.composite) {
        for_each_file(transaction, *one.composite, add);
      } else {
        add(one.path, one);
      }
    }
  });
  return view;
}

}  // namespace roar::plumbing
