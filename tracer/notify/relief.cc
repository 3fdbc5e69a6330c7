#include "tracer/notify/relief.h"

#include <signal.h>

#include <algorithm>
#include <exception>
#include <string>
#include <system_error>

#include "tracer/calls/tracee_files.h"
#include "tracer/notify/unsettled.h"

namespace roar::tracer {
namespace {

using std::chrono::milliseconds;

// Longer than an old version takes to be secured: so often at the same call, so far apart.
constexpr int kLooks = 4;
constexpr milliseconds kBetweenLooks{500};
// Once it has happened, it will happen again.
constexpr int kFewLooks = 1;
constexpr milliseconds kLittleBetween{1};
constexpr std::int64_t kTickUs = 1000;

}  // namespace

Relief::Relief(Log& log, const Listener& listener)
    : log_(log), listener_(listener), looks_(kLooks), between_(kBetweenLooks) {
  sigset_t all;
  sigset_t former;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &former);
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {  // no thread for it: nobody is relieved
  }
  ::pthread_sigmask(SIG_SETMASK, &former, nullptr);
}

Relief::~Relief() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  over_.notify_one();
  thread_.join();
}

void Relief::end() noexcept {
  turn_.fetch_add(1);
  // Two that received at once would wait for two calls.
  if (standing_in_.load()) const std::lock_guard lock(receiving_);
}

void Relief::run() {
  std::uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  int times = 0;
  while (!over_.wait_for(lock, between_, [this] { return is_over_; })) {
    const std::uint64_t turn = turn_.load();
    times = turn == seen && turn % 2 != 0 ? times + 1 : 0;
    seen = turn;
    if (times < looks_) continue;
    lock.unlock();
    stand_in(turn);
    lock.lock();
    times = 0;
  }
}

void Relief::stand_in(std::uint64_t turn) {
  standing_in_.store(true);
  bool took = false;
  while (turn_.load() == turn) {
    const auto event = listener_.wait(kTickUs);
    if (event == Listener::Event::Ended) break;
    if (event == Listener::Event::Call) took = take_one(turn) || took;
  }
  standing_in_.store(false);
  if (!took) return;
  looks_ = kFewLooks;
  between_ = kLittleBetween;
}

bool Relief::take_one(std::uint64_t turn) {
  const std::lock_guard lock(receiving_);
  seccomp_notif call{};
  if (turn_.load() != turn || listener_.wait(0) != Listener::Event::Call ||
      !listener_.receive(call))
    return false;
  tell(static_cast<pid_t>(call.pid));
  listener_.resume(call);
  return true;
}

void Relief::tell(pid_t thread) {
  try {
    const pid_t process = kinship_of(thread).process;
    if (std::ranges::find(told_, process) != told_.end()) return;
    const std::string program = link_target("/proc/" + std::to_string(process) + "/exe");
    Tracee tracee;
    tracee.thread = thread;
    tracee.process = process;
    Fact gap = call_fact(tracee, wire::Kind::Gap);
    gap.path = "not-seen";
    gap.path2 = program;
    log_.append(gap);
    told_.push_back(process);
  } catch (const std::exception&) {
    log_.count_dropped();
  }
}

}  // namespace roar::tracer
