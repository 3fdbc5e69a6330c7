#include "tracer/signals.h"

#include <signal.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "objects/base/error.h"

namespace roar::tracer {
namespace {

constexpr std::array kGuarded = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

// A signal handler has no other way to its data.
struct Received {
  std::atomic<int> count = 0;
  std::atomic<int> last = 0;
  std::atomic<bool> impatient = false;
  std::atomic<pid_t> child = 0;
  std::atomic<bool> guarded = false;
  std::array<struct sigaction, kGuarded.size()> before{};
};
Received received;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

extern "C" void on_guarded_signal(int signal, siginfo_t* info, void* /*context*/) {
  const int errnum = errno;
  received.last = signal;
  if (received.count.fetch_add(1) >= 1) received.impatient = true;
  // What the kernel sends (a terminal hung up) goes to the child's process group, which is ours.
  const bool by_process = info->si_code <= 0;
  const pid_t child = received.child;
  if (by_process && child > 0 && (signal == SIGTERM || signal == SIGHUP)) ::kill(child, signal);
  errno = errnum;
}

}  // namespace

SignalGuard::SignalGuard() {
  ROAR_ASSERT(!received.guarded.exchange(true));
  received.count = 0;
  received.last = 0;
  received.impatient = false;
  for (std::size_t i = 0; i < kGuarded.size(); ++i) {
    ::sigaction(kGuarded[i], nullptr, &received.before[i]);
    // What was ignored (nohup) stays ignored: it ends neither us nor the child.
    if (received.before[i].sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_sigaction = on_guarded_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    ::sigaction(kGuarded[i], &action, nullptr);
  }
}

SignalGuard::~SignalGuard() {
  received.child = 0;
  restore_dispositions();
  received.guarded = false;
}

int SignalGuard::count() const noexcept {
  return received.count;
}

int SignalGuard::last() const noexcept {
  return received.last;
}

const std::atomic<bool>& SignalGuard::impatient() const noexcept {
  return received.impatient;
}

void SignalGuard::forward_to(pid_t child) const noexcept {
  received.child = child;
}

void SignalGuard::restore_dispositions() const noexcept {
  for (std::size_t i = 0; i < kGuarded.size(); ++i)
    ::sigaction(kGuarded[i], &received.before[i], nullptr);
}

}  // namespace roar::tracer
