#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>

#include "tracer/input_watch.h"
#include "tracer/log.h"
#include "tracer/observe.h"

namespace roar::tracer {

// Answers a job's requests to secure a version (wire::KeepRequest), in a thread of its own, by
// asking the keeper, and tells it of large inputs while the job runs. From its construction on the
// processes of the job wait for answers, so serve() must follow soon. Requests that are never
// answered cost the job a second each at most.
class KeepService {
 public:
  // Both must outlive this object. A keeper that is neither wanted nor looks ahead costs nothing.
  KeepService(Log& log, Keeper& keeper) noexcept;
  ~KeepService();
  KeepService(const KeepService&) = delete;
  KeepService& operator=(const KeepService&) = delete;

  // Starts the thread, which takes no signals: once nobody forks any more. Without a thread,
  // nothing is asked any more.
  void serve() noexcept;

 private:
  // How long a request has been in its present state.
  struct Watch {
    std::uint32_t word = 0;
    std::int64_t since_ns = 0;
  };

  void run() noexcept;
  bool answer(wire::KeepRequest& request) noexcept;
  bool keep(const wire::KeepRequest& request) noexcept;
  void reopen() noexcept;
  void look_ahead() noexcept;
  // Takes back the requests of processes that are gone.
  void tidy() noexcept;
  void close() noexcept;

  Log& whole_log_;
  wire::LogHeader& log_;
  wire::VersionArea& area_;
  Keeper& keeper_;
  bool wanted_;
  bool looks_ahead_;
  std::optional<InputWatch> inputs_;  // from the first look on
  std::atomic<bool> closing_{false};
  std::array<Watch, wire::kKeepRequests> watches_;
  std::thread thread_;
};

}  // namespace roar::tracer
