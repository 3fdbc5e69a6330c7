#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "objects/base/fd.h"
#include "objects/cache.h"
#include "plumbing/early_hashes.h"
#include "tracer/observe.h"

namespace roar::plumbing {

inline constexpr std::uint64_t kKeptLimit = std::uint64_t{64} << 20;

// The keeper of a run: finds out what is in the versions that the job is about to destroy. What the
// stat cache knows is known; a file that is about to be overwritten is hashed while the job waits,
// if it is not larger than `limit` and that does not take long. A larger one that only loses its
// name is kept open and hashed beside the job, and so is a clone of any other, where the file
// system has clones. What the job only reads is hashed beside it, too, if `early`.
//
// keep() and expect() are for one thread; the rest is for another one, after their last calls.
class KeptContents final : public tracer::Keeper {
 public:
  // `cache` is used up to the end of finish().
  KeptContents(Cache& cache, std::uint64_t limit, bool early)
      : cache_(cache), limit_(limit), looks_ahead_(early), early_(cache) {}
  ~KeptContents() override;
  KeptContents(const KeptContents&) = delete;
  KeptContents& operator=(const KeptContents&) = delete;

  bool wanted() const noexcept override { return limit_ > 0; }
  bool keep(int descriptor, const FileStamp& stamp, tracer::wire::Fate fate) noexcept override;

  bool looks_ahead() const noexcept override { return looks_ahead_; }
  void expect(std::vector<tracer::LargeInput>&& inputs) noexcept override {
    early_.expect(std::move(inputs));
  }

  // Hashes what is still to be hashed, until `stop` (may be null) says otherwise, and puts
  // everything into the cache.
  void finish(const std::atomic<bool>* stop) noexcept;

  // The digest of this version, which may have got another ctime since; null if it is not known.
  // After finish().
  const CacheEntry* find(const FileStamp& stamp) const noexcept;

 private:
  struct Version {
    Fd file;
    FileStamp stamp;
    FileStamp own;                   // of `file`, which may be a clone
    std::optional<Timestamp> taken;  // if it is: before it was made
  };

  bool known(const FileStamp& stamp);
  bool hash_now(int descriptor, const FileStamp& stamp);
  bool hash_later(int descriptor, const FileStamp& stamp);
  bool hash_clone_later(int descriptor, const FileStamp& stamp);
  bool add_later(Version version);
  void hash_in_background() noexcept;
  void hash(const Version& version);
  bool stopped() const noexcept;
  std::optional<Version> next_version(bool wait);
  void save();
  void remember(const FileStamp& stamp, std::string digest, Timestamp begun);

  Cache& cache_;
  std::uint64_t limit_;
  bool looks_ahead_;
  EarlyHashes early_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::multimap<std::pair<std::uint64_t, std::uint64_t>, CacheEntry> entries_;  // device, inode
  std::vector<CacheEntry> fresh_;  // not in the cache yet
  Timestamp first_begun_;          // when the hashing of the first of them began
  std::deque<Version> later_;
  bool ending_ = false;
  std::atomic<bool> abandoned_{false};
  std::atomic<const std::atomic<bool>*> stop_{nullptr};
  std::thread worker_;
};

}  // namespace roar::plumbing
