#include "plumbing/lineage/component_content.h"

#include <optional>
#include <string>

#include "objects/base/error.h"
#include "objects/component_tree.h"
#include "objects/composite.h"
#include "objects/history.h"
#include "plumbing/claimed_content.h"
#include "plumbing/quote.h"

namespace roar::plumbing {
namespace {

struct Place {
  Component component;
  std::string_view rest;  // of the path, below that component; empty if it is the whole
};

// The component whose path this is, or the composite that the path goes on into.
std::optional<Place> place_of(ComponentReader& reader, const ObjectId& root,
                              std::string_view path) {
  if (auto whole = find_component(reader, root, path)) return Place{*std::move(whole), {}};
  for (std::size_t end = path.rfind('/'); end != std::string_view::npos && end > 0;
       end = path.rfind('/', end - 1)) {
    auto outer = find_component(reader, root, path.substr(0, end));
    if (outer && outer->kind == ComponentKind::Composite)
      return Place{*std::move(outer), path.substr(end + 1)};
  }
  return std::nullopt;
}

std::optional<ObjectId> object_of(const ReadTransaction& transaction, const Component& component) {
  if (component.kind == ComponentKind::Composite) {
    if (component.composite && transaction.info(*component.composite)) return component.composite;
    const auto found =
        composites_with_digest(transaction, component.algorithm, component.digest, 1);
    return found.empty() ? std::nullopt : std::optional(found.front().composite);
  }
  if (component.kind == ComponentKind::Symlink) return std::nullopt;
  const auto found = artifacts_with_digest(transaction, component.algorithm, component.digest, 1);
  if (found.empty()) return std::nullopt;
  return content_of(transaction, found.front().artifact);
}

std::string what_is_not_here(const Component& component) {
  const std::string digest = component.algorithm + ":" + component.digest;
  if (component.kind == ComponentKind::Symlink)
    return "is a symbolic link, which is no object; the digest of its target is " + digest;
  return "is known by its digest only, and is no object of this store: " + digest;
}

}  // namespace

ObjectId component_content(const ReadTransaction& transaction, const ObjectId& root,
                           std::string_view path) {
  ComponentReader reader(transaction);
  const std::string whole = component_path(path);
  std::string_view rest = whole;
  ObjectId here = root;
  for (;;) {
    const auto place = place_of(reader, here, rest);
    if (!place)
      throw Error(Errc::NotFound, "the composite has no component " + quoted_subject(whole));
    const auto object = object_of(transaction, place->component);
    if (!object) {
      const std::size_t below = place->rest.empty() ? 0 : place->rest.size() + 1;
      throw Error(Errc::NotFound, "component " +
                                      quoted_subject(whole.substr(0, whole.size() - below)) + " " +
                                      what_is_not_here(place->component));
    }
    if (place->rest.empty()) return *object;
    here = read_composite(transaction, *object).node;
    rest = place->rest;
  }
}

}  // namespace roar::plumbing
