#include "plumbing/composite/make_composite.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "objects/base/error.h"
#include "plumbing/composite/structure.h"

namespace roar::plumbing {
namespace {

void sort_by_path(std::vector<Component>& files) {
  for (Component& file : files) file.path = component_path(file.path);
  if (!std::ranges::is_sorted(files, {}, &Component::path))
    std::ranges::sort(files, {}, &Component::path);
  const auto twice = std::ranges::adjacent_find(files, {}, &Component::path);
  if (twice != files.end())
    throw Error(Errc::Usage, "component '" + twice->path + "' is there twice");
}

std::vector<std::string_view> paths_of(const std::vector<Component>& files) {
  std::vector<std::string_view> paths;
  paths.reserve(files.size());
  for (const Component& file : files) paths.push_back(file.path);
  return paths;
}

// Takes the excluded ones out, and returns their paths.
std::vector<std::string> take_out(std::vector<Component>& files,
                                  const std::vector<std::size_t>& positions) {
  std::vector<std::string> paths;
  paths.reserve(positions.size());
  for (const std::size_t i : positions) paths.push_back(std::move(files[i].path));
  // What was taken out has no path any more, and no component is without one.
  std::erase_if(files, [](const Component& file) { return file.path.empty(); });
  return paths;
}

void set_excluded(std::vector<std::string> paths, Composite& composite) {
  std::ranges::sort(paths);
  composite.excluded_count = paths.size();
  if (paths.size() > kExcludedListed) paths.resize(kExcludedListed);
  composite.excluded = std::move(paths);
}

ObjectSink sink_within(const CompositeSink& sink, std::string_view within) {
  return [&sink, within](ObjectType type, std::string_view payload) {
    return sink(type, payload, within);
  };
}

// Of components in order.
MadeComposite put_composite(const std::vector<Component>& components, Composite composite,
                            const ObjectSink& sink) {
  const bool all_sha256 = std::ranges::all_of(components, [](const Component& component) {
    return is_sha256_component(component.algorithm);
  });
  const Algorithm combiner = all_sha256 ? Algorithm::Sha256 : Algorithm::Blake3;
  CompositeDigest digest(combiner);
  ComponentTreeBuilder tree(sink);
  MadeComposite made;
  for (const Component& component : components) {
    digest.add(component.path, component.algorithm, component.digest);
    tree.add(component);
    composite.size += component.size;
    if (component.composite)
      made.nested.push_back({.path = component.path, .id = *component.composite});
  }
  const auto root = tree.finish();
  if (!root) throw Error(Errc::Usage, "there is nothing that could be a component");
  composite.algorithm = composite_algorithm_name(combiner);
  composite.digest = digest.finish();
  composite.count = components.size();
  if (composite.files == 0) composite.files = components.size();
  composite.node = *root;
  made.id = sink(ObjectType::Composite, encode(composite));
  made.composite = std::move(composite);
  return made;
}

MadeComposite make_flat(std::vector<Component> files, Membership membership,
                        const ObjectSink& sink) {
  Composite composite;
  if (membership == Membership::Structure) {
    const Structure structure = structure_of(paths_of(files));
    composite.structure = structure.name;
    set_excluded(take_out(files, structure.excluded), composite);
  }
  return put_composite(files, std::move(composite), sink);
}

MadeComposite make_nested(std::vector<Component> files, const Structure& structure,
                          const CompositeSink& sink) {
  Composite composite;
  composite.structure = structure.name;
  std::vector<std::string> excluded = take_out(files, structure.excluded);
  // What is below one directory stands together, but not in the order of the directories: "a.b/x"
  // is before "a/x". All is found before the first is taken.
  using Place = std::vector<Component>::iterator;
  std::vector<std::pair<Place, Place>> places;
  const auto place = [&](const std::string& path) {
    return std::ranges::lower_bound(files, path, {}, &Component::path);
  };
  for (const std::string& name : structure.nested)
    places.emplace_back(place(name + '/'), place(name + static_cast<char>('/' + 1)));
  std::vector<Component> children;
  std::uint64_t excluded_count = excluded.size();
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::string& name = structure.nested[i];
    std::vector<Component> inside(std::make_move_iterator(places[i].first),
                                  std::make_move_iterator(places[i].second));
    for (Component& one : inside) one.path.erase(0, name.size() + 1);
    const MadeComposite child =
        make_flat(std::move(inside), Membership::Structure, sink_within(sink, name));
    for (const std::string& path : child.composite.excluded) excluded.push_back(name + '/' + path);
    excluded_count += child.composite.excluded_count;
    composite.files += child.composite.files;
    children.push_back({.path = name,
                        .kind = ComponentKind::Composite,
                        .algorithm = child.composite.algorithm,
                        .digest = child.composite.digest,
                        .size = child.composite.size,
                        .composite = child.id});
  }
  set_excluded(std::move(excluded), composite);
  composite.excluded_count = excluded_count;
  return put_composite(children, std::move(composite), sink_within(sink, {}));
}

}  // namespace

MadeComposite make_composite(std::vector<Component> files, Membership membership,
                             const CompositeSink& sink) {
  sort_by_path(files);
  if (membership == Membership::Structure) {
    const Structure structure = structure_with_nested(paths_of(files));
    if (!structure.nested.empty()) return make_nested(std::move(files), structure, sink);
  }
  return make_flat(std::move(files), membership, sink_within(sink, {}));
}

}  // namespace roar::plumbing
