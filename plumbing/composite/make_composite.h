#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/component.h"
#include "objects/component_tree.h"
#include "objects/composite.h"

namespace roar::plumbing {

// What of a directory becomes part of a composite.
enum class Membership : std::uint8_t {
  Structure,  // what is no part of its structure stays out, and datasets in it are composites
  All         // every file, in one list
};

// A composite that is a component.
struct NestedComposite {
  std::string path;  // in the composite that it is part of
  ObjectId id;
};

struct MadeComposite {
  ObjectId id;
  Composite composite;
  std::vector<NestedComposite> nested;
};

// Where objects go as they are made: their type and payload, and the path of the nested composite
// that they belong to, or "". Those of one composite come together, the composite last. Returns the
// object's id.
using CompositeSink =
    std::function<ObjectId(ObjectType, std::string_view payload, std::string_view within)>;

// Makes a composite of files and symbolic links, in any order; its objects go into `sink`. Paths
// are brought into the form of component_path(). Throws Errc::Usage if two are then the same, or if
// there is nothing to be a component.
MadeComposite make_composite(std::vector<Component> files, Membership membership,
                             const CompositeSink& sink);

}  // namespace roar::plumbing
