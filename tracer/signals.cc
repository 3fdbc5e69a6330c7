#include "tracer/signals.h"

#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>

#include "objects/base/error.h"
#include "tracer/group_witness.h"

namespace roar::tracer {
namespace {

constexpr std::array kEnding = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
constexpr std::array kStopping = {SIGTSTP, SIGTTIN, SIGTTOU};
constexpr std::array kOthers = {SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE,   SIGVTALRM, SIGPROF,
                                SIGIO,   SIGPWR,  SIGXCPU, SIGSTKFLT, SIGWINCH};
constexpr std::size_t kSignals = 65;

// A signal handler has no other way to its data.
struct Received {
  std::atomic<int> count = 0;
  std::atomic<int> last = 0;
  std::atomic<bool> impatient = false;
  std::atomic<pid_t> child = 0;
  std::atomic<bool> ended = false;
  std::atomic<bool> guarded = false;
  std::atomic<std::int64_t> asked_ns = 0;  // when the first SIGTERM or SIGHUP came
  GroupWitness witness;
  std::array<struct sigaction, kSignals> before{};
  std::array<bool, kSignals> changed{};
};
Received received;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
              std::atomic<std::int64_t>::is_always_lock_free);

std::int64_t now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

bool contains(const auto& signals, int signal) noexcept {
  return std::ranges::find(signals, signal) != signals.end();
}

// Whether the command has not got this signal, but would have, were it in our place.
bool is_for_command(int signal, const siginfo_t& info) noexcept {
  if (info.si_code > 0) {
    // The kernel sends what is typed on the terminal to the process group, which is the command's,
    // too. That the terminal is gone it tells the leader of the session alone.
    return signal == SIGHUP && ::getsid(0) == ::getpid();
  }
  return info.si_pid != ::getpid() && !received.witness.saw(signal);
}

void pass_on(pid_t child, int signal, const siginfo_t& info) noexcept {
  if (info.si_code == SI_QUEUE) {
    ::sigqueue(child, signal, info.si_value);
  } else {
    ::kill(child, signal);
  }
}

extern "C" void on_guarded_signal(int signal, siginfo_t* info, void* /*context*/) {
  const int errnum = errno;
  const bool asks_for_end = contains(kEnding, signal);
  if (received.ended) {
    if (asks_for_end || signal == SIGALRM) received.impatient = true;
  } else {
    if (asks_for_end) {
      received.last = signal;
      ++received.count;
    }
    std::int64_t never = 0;
    if (signal == SIGTERM || signal == SIGHUP)
      received.asked_ns.compare_exchange_strong(never, now_ns());
    const pid_t child = received.child;
    if (child > 0 && is_for_command(signal, *info)) pass_on(child, signal, *info);
  }
  errno = errnum;
}

void guard(int signal) noexcept {
  const auto index = static_cast<std::size_t>(signal);
  struct sigaction action {};
  action.sa_sigaction = on_guarded_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigfillset(&action.sa_mask);
  if (::sigaction(signal, &action, &received.before[index]) != 0) return;
  received.changed[index] = true;
  // What was ignored (nohup) stays ignored: it ends neither us nor the child.
  if (received.before[index].sa_handler == SIG_IGN)
    ::sigaction(signal, &received.before[index], nullptr);
}

void restore(int signal) noexcept {
  const auto index = static_cast<std::size_t>(signal);
  if (received.changed[index]) ::sigaction(signal, &received.before[index], nullptr);
}

// Makes us impatient in time for what comes after a SIGTERM.
void set_timer() noexcept {
  const std::int64_t asked = received.asked_ns;
  if (asked == 0) return;
  const std::int64_t left_us =
      asked / 1000 + std::int64_t{SignalGuard::kPatienceMs} * 1000 - now_ns() / 1000;
  if (left_us <= 0) {
    received.impatient = true;
    return;
  }
  struct sigaction action {};  // even if it was ignored
  action.sa_sigaction = on_guarded_signal;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  ::sigaction(SIGALRM, &action, nullptr);
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  ::pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  const itimerval timer{
      .it_interval = {},
      .it_value = {.tv_sec = left_us / 1'000'000, .tv_usec = left_us % 1'000'000}};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

SignalGuard::SignalGuard() {
  ROAR_ASSERT(!received.guarded.exchange(true));
  received.count = 0;
  received.last = 0;
  received.impatient = false;
  received.ended = false;
  received.asked_ns = 0;
  // A child whose end nobody hears of could not be waited for.
  ::sigaction(SIGCHLD, nullptr, &received.before[SIGCHLD]);
  if (received.before[SIGCHLD].sa_handler == SIG_IGN) {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    received.changed[SIGCHLD] = ::sigaction(SIGCHLD, &action, nullptr) == 0;
  }
}

SignalGuard::~SignalGuard() {
  received.child = 0;
  received.witness.stop();
  if (received.asked_ns != 0) {
    const itimerval none{};
    ::setitimer(ITIMER_REAL, &none, nullptr);
  }
  restore_dispositions();
  received.changed = {};
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

void SignalGuard::arm() const noexcept {
  received.witness.start();
  if (received.changed[SIGINT]) return;
  for (const int signal : kEnding) guard(signal);
  for (const int signal : kStopping) guard(signal);
  for (const int signal : kOthers) guard(signal);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) guard(signal);
}

void SignalGuard::forward_to(pid_t child) const noexcept {
  received.child = child;
}

void SignalGuard::command_ended() const noexcept {
  received.child = 0;
  received.ended = true;
  received.witness.stop();
  for (const int signal : kStopping) restore(signal);
  set_timer();
}

void SignalGuard::stop_this_process(int signal) const noexcept {
  struct sigaction guarded {};
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  ::sigaction(signal, &action, &guarded);
  ::raise(signal);
  ::sigaction(signal, &guarded, nullptr);
}

void SignalGuard::restore_dispositions() const noexcept {
  for (std::size_t i = 0; i < kSignals; ++i)
    if (received.changed[i]) ::sigaction(static_cast<int>(i), &received.before[i], nullptr);
}

}  // namespace roar::tracer
