#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "tracer/log.h"
#include "tracer/notify/listener.h"

namespace roar::tracer {

// A watcher looks at files, and a process that it watches may be the one that serves them (FUSE):
// if that makes a call meanwhile, each waits for the other. So a watcher that is at one call for
// long is relieved: what others call then runs unseen, and is a gap, until it goes on.
class Relief {
 public:
  // `log` and `listener` must outlive it; what makes it is what is relieved. Without a thread, if
  // there can be none, nobody is.
  Relief(Log& log, const Listener& listener);
  ~Relief();
  Relief(const Relief&) = delete;
  Relief& operator=(const Relief&) = delete;

  // Around all that may wait for a file system. Between them the watcher receives no call.
  void begin() noexcept { turn_.fetch_add(1); }
  void end() noexcept;

 private:
  void run();
  void stand_in(std::uint64_t turn);
  bool take_one(std::uint64_t turn);
  void tell(pid_t thread);

  Log& log_;
  const Listener& listener_;
  std::atomic<std::uint64_t> turn_{0};  // odd: the watcher is at work
  std::atomic<bool> standing_in_{false};
  std::mutex receiving_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;
  int looks_;
  std::chrono::milliseconds between_;
  std::vector<pid_t> told_;  // of whom there is a gap
  std::thread thread_;
};

}  // namespace roar::tracer
