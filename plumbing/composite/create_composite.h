#pragma once

#include <functional>
#include <string_view>

#include "objects/composite.h"
#include "objects/hash.h"
#include "plumbing/composite/make_composite.h"
#include "plumbing/progress.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {

struct CreateOptions {
  Algorithm algorithm = Algorithm::Blake3;  // of the files' digests
  Membership membership = Membership::Structure;
  bool store = true;
};

struct CreatedComposite {
  ObjectId id;
  Composite composite;
};

// Makes a composite of what is in a directory, and stores it unless that is not wanted; then it is
// found by its digest, and its labels say what data set it is. `directory` is relative to where the
// workspace's user is. Throws Errc::NotFound if there is none, Errc::Usage if nothing in it could
// be a component.
CreatedComposite create_composite(const Workspace& workspace, std::string_view directory,
                                  const CreateOptions& options,
                                  const std::function<void(const Amount&)>& progress);

}  // namespace roar::plumbing
