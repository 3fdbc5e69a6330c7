#pragma once

#include <string>
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

struct MadeComposite {
  ObjectId id;
  Composite composite;
  std::vector<ObjectId> nested;  // composites that are its components
};

// Makes a composite of files and symbolic links, in any order; its objects go into `sink`. Paths
// are brought into the form of component_path(). Throws Errc::Usage if two are then the same, or if
// there is nothing to be a component.
MadeComposite make_composite(std::vector<Component> files, Membership membership,
                             const ObjectSink& sink);

}  // namespace roar::plumbing
