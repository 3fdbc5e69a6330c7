#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "objects/cache.h"
#include "plumbing/idle_hasher.h"
#include "tracer/observe.h"

namespace roar::plumbing {

// Has large inputs hashed into the stat cache while the job runs, in time that nobody wants
// (IdleHasher), so that less is left to do at its end. Does nothing where there is no such time
// (has_spare_time).
//
// expect() is for one thread; stop() for another one, after the last call of expect().
class EarlyHashes {
 public:
  // `cache` is used up to the end of stop().
  explicit EarlyHashes(Cache& cache) : cache_(cache) {}
  ~EarlyHashes() { stop(); }
  EarlyHashes(const EarlyHashes&) = delete;
  EarlyHashes& operator=(const EarlyHashes&) = delete;

  // Returns at once. What does not fit the queue is left out.
  void expect(std::vector<tracer::LargeInput> inputs) noexcept;
  // Returns soon: what is done by then is in the cache, and so is how far a large file has come.
  void stop() noexcept;

 private:
  void run() noexcept;
  // False when it is time to stop.
  bool wait_for_work();
  void offer();
  void keep(std::vector<IdleHasher::Result> results);

  Cache& cache_;
  std::optional<bool> enabled_;  // expect()'s
  std::thread thread_;           // what follows without a mutex is its own
  std::deque<tracer::LargeInput> unknown_;
  std::optional<IdleHasher> hasher_;
  std::chrono::milliseconds pause_{};  // until results are looked for again

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<tracer::LargeInput> queue_;
  bool stopping_ = false;
};

}  // namespace roar::plumbing
