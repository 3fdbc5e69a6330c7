#pragma once

#include <filesystem>

#include "objects/store.h"
#include "tests/unit/temp_dir.h"

namespace roar {

// An empty store in a directory of its own.
struct NewStore {
  TempDir temp;
  std::filesystem::path path = temp.path() / "objects";

  NewStore() { Store::create(path); }
};

}  // namespace roar
