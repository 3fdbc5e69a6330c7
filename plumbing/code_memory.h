#pragma once

#include "objects/cache.h"
#include "tracer/loaded_code.h"

namespace roar::plumbing {

// Keeps what was found in code in the cache of the project.
class CachedCode final : public tracer::CodeMemory {
 public:
  // `cache` must outlive it.
  explicit CachedCode(Cache& cache) noexcept : cache_(cache) {}

  std::vector<std::optional<bool>> find(std::span<const FileStamp> stamps) override;
  void keep(std::span<const std::pair<FileStamp, bool>> known) override;

 private:
  Cache& cache_;
};

}  // namespace roar::plumbing
