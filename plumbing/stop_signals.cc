#include "plumbing/stop_signals.h"

#include <cstddef>

namespace roar::plumbing {
namespace {

// A signal handler has no other way to its data.
std::atomic<bool> stop_wanted = false;
std::atomic<int> stop_signal = 0;

extern "C" void on_stop_signal(int signal) {
  stop_signal = signal;
  stop_wanted = true;
}

}  // namespace

StopSignals::StopSignals() {
  stop_wanted = false;
  stop_signal = 0;
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

const std::atomic<bool>& StopSignals::stopped() const noexcept {
  return stop_wanted;
}

int StopSignals::signal() const noexcept {
  return stop_signal;
}

}  // namespace roar::plumbing
