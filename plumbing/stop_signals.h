#pragma once

#include <signal.h>

#include <array>
#include <atomic>

namespace roar::plumbing {

// Turns SIGINT, SIGTERM and SIGHUP into a wish to stop, for long work that has something to save
// first. Those that were ignored stay so.
//
// One at a time per process, and not beside a tracer::SignalGuard. The destructor restores what was
// there before.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  const std::atomic<bool>& stopped() const noexcept;
  // The signal that came, or 0.
  int signal() const noexcept;

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace roar::plumbing
