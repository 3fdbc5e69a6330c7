#include "plumbing/early_hashes.h"

#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <iterator>
#include <utility>

#include "plumbing/spare_time.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kMostFiles = 16'384;
constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kLongestPause{1000};
constexpr std::int64_t kSettledNs = 1'000'000'000;

bool is_known(const std::optional<CacheEntry>& entry) {
  return entry && std::ranges::any_of(entry->digests, [](const CachedDigest& digest) {
           return digest.algorithm == Algorithm::Blake3;
         });
}

}  // namespace

void EarlyHashes::expect(std::vector<tracer::LargeInput> inputs) noexcept {
  try {
    if (!enabled_) enabled_ = has_spare_time();
    if (!*enabled_) return;
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() + inputs.size() > kMostFiles) return;
    std::ranges::move(inputs, std::back_inserter(queue_));
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    changed_.notify_one();
  } catch (const std::exception&) {  // they are hashed at the end, then
  }
}

void EarlyHashes::stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void EarlyHashes::run() noexcept {
  ::prctl(PR_SET_NAME, "roar-early");
  pause_ = kFirstPause;
  try {
    hasher_.emplace();
    while (wait_for_work()) {
      keep(hasher_->take());
      offer();
    }
    keep(hasher_->stop());
  } catch (const std::exception&) {  // what is missing is hashed at the end
  }
}

bool EarlyHashes::wait_for_work() {
  std::unique_lock lock(mutex_);
  const auto has_work = [&] { return stopping_ || !queue_.empty(); };
  if (hasher_->pending() == 0 && unknown_.empty()) {
    changed_.wait(lock, has_work);
  } else {
    changed_.wait_for(lock, pause_, has_work);
    pause_ = std::min(2 * pause_, kLongestPause);
  }
  if (stopping_) return false;
  if (unknown_.size() < kMostFiles) std::ranges::move(queue_, std::back_inserter(unknown_));
  queue_.clear();
  return true;
}

// What the cache does not know by the time that there is room for it.
void EarlyHashes::offer() {
  constexpr std::size_t kAtOnce = 32;
  while (!unknown_.empty()) {
    const std::size_t count = std::min(kAtOnce, unknown_.size());
    std::vector<FileStamp> stamps;
    for (std::size_t i = 0; i < count; ++i) stamps.push_back(unknown_[i].stamp);
    const auto known = cache_.find(stamps);
    for (const auto& entry : known) {
      if (!is_known(entry) && !hasher_->offer(unknown_.front())) return;
      unknown_.pop_front();
    }
  }
}

// Together, as far as the first of them was begun long after the last of them was written to: each
// writing waits for the disk.
void EarlyHashes::keep(std::vector<IdleHasher::Result> results) {
  if (results.empty()) return;
  const Timestamp first = std::ranges::min(results, {}, &IdleHasher::Result::begun).begun;
  std::vector<CacheEntry> settled;
  for (IdleHasher::Result& result : results) {
    if (result.digest.empty()) {
      cache_.keep_partial(result.stamp, result.state, result.begun);
      continue;
    }
    CacheEntry entry{
        .stamp = result.stamp,
        .digests = {{.algorithm = Algorithm::Blake3, .digest = std::move(result.digest)}}};
    const Timestamp written = std::max(entry.stamp.modified, entry.stamp.changed);
    if (nanoseconds_between(written, first) > kSettledNs) {
      settled.push_back(std::move(entry));
    } else {
      cache_.put({&entry, 1}, result.begun);
    }
  }
  cache_.put(settled, first);
}

}  // namespace roar::plumbing
