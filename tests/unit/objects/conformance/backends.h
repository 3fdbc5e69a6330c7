#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/lmdb.h"
#include "objects/memory_backend.h"
#include "tests/unit/temp_dir.h"

namespace roar {

struct NamedBackend {
  std::string name;
  std::unique_ptr<StoreBackend> backend;
};

// Every backend there is, with nothing in it: another one is tested as soon as it stands here.
class Backends {
 public:
  explicit Backends(std::span<const std::string_view> tables) {
    // What a crash leaves is not asked here, so nothing waits for a disk.
    constexpr bool kSync = false;
    all_.push_back({"lmdb", std::make_unique<LmdbEnv>(
                                temp_.path(), LmdbOptions{.create = true, .sync = kSync}, tables)});
    all_.push_back({"memory", std::make_unique<MemoryBackend>(tables.size())});
  }

  std::vector<NamedBackend>& all() noexcept { return all_; }

 private:
  TempDir temp_;
  std::vector<NamedBackend> all_;
};

}  // namespace roar
