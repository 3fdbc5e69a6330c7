#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "objects/memory_table.h"
#include "objects/store_backend.h"

namespace roar {

// Tables in memory, which are gone with this object. Readers are never made to wait, whoever
// writes waits for other writers however long that takes, and the body of a write runs once.
class MemoryBackend final : public StoreBackend {
 public:
  explicit MemoryBackend(std::size_t tables);

  void read(const std::function<void(const TableTransaction&)>& body) const override;
  void write(const std::function<void(TableTransaction&)>& body) override;
  BackendUsage usage() const override { return {}; }
  unsigned clear_dead_readers() const override { return 0; }

 private:
  // What a commit left.
  struct State {
    std::uint64_t number = 0;
    std::vector<MemoryTable> tables;
  };
  class Transaction;

  std::shared_ptr<const State> present() const;

  std::mutex writing_;        // held by who writes
  mutable std::mutex mutex_;  // for the next one
  std::shared_ptr<const State> present_;
};

}  // namespace roar
