#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "objects/base/file_stamp.h"
#include "objects/lmdb.h"
#include "objects/store.h"
#include "objects/store_backend.h"

namespace roar {

// The tables of a store in a directory: those of the generation that is the present one, whichever
// that is at the time. Only for the files that implement the store.
class GenerationBackend final : public StoreBackend {
 public:
  // Throws as Store's constructor does.
  GenerationBackend(const std::filesystem::path& directory, Store::Mode mode,
                    const Store::Options& options);
  ~GenerationBackend() override;
  GenerationBackend(const GenerationBackend&) = delete;
  GenerationBackend& operator=(const GenerationBackend&) = delete;

  void read(const std::function<void(const TableTransaction&)>& body) const override;
  void write(const std::function<void(TableTransaction&)>& body) override;
  BackendUsage usage() const override;
  unsigned clear_dead_readers() const override;

 private:
  // One generation, open.
  struct Generation {
    std::string name;  // of its directory
    LmdbEnv env;
  };

  // The one that CURRENT named last time somebody looked. Whoever has it may use it as long as
  // they like, replaced or not.
  std::shared_ptr<Generation> last_seen() const;
  // Opens what CURRENT names unless it is open already.
  std::shared_ptr<Generation> present() const;
  std::shared_ptr<Generation> open_present() const;

  const std::filesystem::path directory_;
  const Store::Mode mode_;
  const Store::Options options_;
  mutable std::mutex mutex_;  // for the next two
  mutable std::shared_ptr<Generation> generation_;
  mutable FileStamp current_stamp_;  // of the file CURRENT
};

}  // namespace roar
