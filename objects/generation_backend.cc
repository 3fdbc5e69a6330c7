#include "objects/generation_backend.h"

#include <sys/stat.h>

#include "objects/base/error.h"
#include "objects/generation.h"
#include "objects/store_impl.h"

namespace roar {
namespace {

FileStamp stamp_of_current(const std::filesystem::path& directory) {
  struct stat status {};
  return ::stat(current_file(directory).c_str(), &status) == 0 ? stamp_of(status) : FileStamp();
}

}  // namespace

GenerationBackend::GenerationBackend(const std::filesystem::path& directory, Store::Mode mode,
                                     const Store::Options& options)
    : directory_(directory), mode_(mode), options_(options) {
  present();
}

GenerationBackend::~GenerationBackend() = default;

std::shared_ptr<GenerationBackend::Generation> GenerationBackend::open_present() const {
  const LmdbOptions lmdb{.create = false,
                         .read_only = mode_ == Store::Mode::ReadOnly,
                         .map_bytes = options_.map_bytes};
  for (;;) {
    const std::string name = current_generation(directory_);
    // It may be replaced while it is opened, and its files taken away.
    try {
      std::shared_ptr<Generation> opened(
          new Generation{name, {directory_ / name, lmdb, kTableNames}});
      opened->env.read(
          [&](const TableTransaction& txn) { check_format(ReadTransaction::Impl(txn), mode_); });
      if (current_generation(directory_) == name) return opened;
    } catch (const Error&) {
      if (current_generation(directory_) == name) throw;
    }
  }
}

std::shared_ptr<GenerationBackend::Generation> GenerationBackend::last_seen() const {
  const std::scoped_lock lock(mutex_);
  return generation_;
}

std::shared_ptr<GenerationBackend::Generation> GenerationBackend::present() const {
  const FileStamp stamp = stamp_of_current(directory_);
  const std::scoped_lock lock(mutex_);
  // Without CURRENT the store is being taken away; what is open can be read all the same.
  if (generation_ && (stamp == current_stamp_ || stamp == FileStamp())) return generation_;
  if (!generation_ || current_generation(directory_) != generation_->name)
    generation_ = open_present();
  current_stamp_ = stamp;
  return generation_;
}

void GenerationBackend::read(const std::function<void(const TableTransaction&)>& body) const {
  const std::shared_ptr<Generation> generation = present();
  generation->env.read(body);
}

void GenerationBackend::write(const std::function<void(TableTransaction&)>& body) {
  for (bool done = false; !done;) {
    const std::shared_ptr<Generation> generation = present();
    generation->env.write([&](TableTransaction& txn) {
      // Whoever replaces the generation holds the lock that we hold now.
      done = current_generation(directory_) == generation->name;
      if (done) body(txn);
    });
  }
}

BackendUsage GenerationBackend::usage() const {
  return last_seen()->env.usage();
}

unsigned GenerationBackend::clear_dead_readers() const {
  return last_seen()->env.clear_dead_readers();
}

}  // namespace roar
