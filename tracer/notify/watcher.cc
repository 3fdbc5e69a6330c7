#include "tracer/notify/watcher.h"

#include <linux/audit.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string>
#include <utility>

#include "tracer/notify/relief.h"

namespace roar::tracer {
namespace {

// After how much quiet the calls that were last let run are looked at, and again after twice as
// much. How long it is quiet says nothing about how a call has ended.
constexpr std::int64_t kQuietUs = 100;
constexpr std::int64_t kMostQuietUs = 500'000;
// For how long it is believed that a thread's number is still the same thread's.
constexpr std::int64_t kBelievedNs = 1'000'000'000;
constexpr std::uint64_t kFirstX32Call = 0x4000'0000;

std::int64_t now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Whether the call can only fail, as far as what it needs is not there.
bool is_in_vain(const PendingCall& pending) {
  const Operation operation = pending.call->operation;
  return !pending.before && (operation == Operation::Unlink || operation == Operation::Truncate);
}

// Lets the call run, whatever happens.
class Resumption {
 public:
  Resumption(const Listener& listener, const seccomp_notif& call) noexcept
      : listener_(listener), call_(call) {}
  ~Resumption() { listener_.resume(call_); }
  Resumption(const Resumption&) = delete;
  Resumption& operator=(const Resumption&) = delete;

 private:
  const Listener& listener_;
  const seccomp_notif& call_;
};

}  // namespace

Watcher::Watcher(Log& log, pid_t keeper, Listener listener, pid_t root)
    : log_(log), listener_(std::move(listener)), recorder_(log, keeper), root_(root) {
  const std::uint64_t started = start_of(root);
  threads_[root] = {{root, root, {}}, started, now_ns()};
  processes_[root] = started;
}

void Watcher::run() {
  Relief relief(log_, listener_);
  for (;;) {
    const auto event = listener_.wait(unsettled_.empty() ? -1 : quiet_us_);
    quiet_us_ = event == Listener::Event::Quiet ? std::min(2 * quiet_us_, kMostQuietUs) : kQuietUs;
    seccomp_notif notification{};
    const bool received = event == Listener::Event::Call && listener_.receive(notification);
    relief.begin();
    try {
      if (event != Listener::Event::Call) settle(0, event == Listener::Event::Ended);
      if (received) {
        const Resumption resumption(listener_, notification);
        on_call(notification);
      }
    } catch (const std::exception&) {
      log_.count_dropped();  // what we have no memory for is said, and the job goes on
    }
    relief.end();
    if (event == Listener::Event::Ended) return;
  }
}

Tracee& Watcher::tracee_of(pid_t thread) {
  Known& known = threads_[thread];
  const std::int64_t now = now_ns();
  if (known.tracee.thread != 0 && now - known.looked_ns < kBelievedNs) return known.tracee;
  known.looked_ns = now;
  const std::uint64_t started = start_of(thread);
  if (known.tracee.thread != 0 && known.started == started) return known.tracee;
  const Kinship kinship = kinship_of(thread);
  known.started = started;
  known.tracee = {thread, kinship.process, {}};
  const std::uint64_t born = kinship.process == thread ? started : start_of(kinship.process);
  const auto [process, is_new] = processes_.try_emplace(kinship.process, born);
  if (is_new || std::exchange(process->second, born) != born)
    recorder_.started(known.tracee, kinship.parent);
  return known.tracee;
}

void Watcher::on_call(const seccomp_notif& notification) {
  const auto thread = static_cast<pid_t>(notification.pid);
  settle(thread, false);
  const seccomp_data& data = notification.data;
  const Call* call = call_of(data.arch, static_cast<std::uint64_t>(data.nr));
  if (call != nullptr) {
    const bool covered = is_covered(notification, *call);
    if (!covered || call->operation == Operation::Execute)
      on_known_call(notification, *call, covered);
  } else if (static_cast<std::uint64_t>(data.nr) >= kFirstX32Call) {
    recorder_.gap(tracee_of(thread), "other-architecture");
  }
}

bool Watcher::is_covered(const seccomp_notif& notification, const Call& call) noexcept {
  const std::int8_t index = call.path >= 0 ? call.path : call.path2;
  const auto path =
      index >= 0 ? static_cast<std::uint32_t>(notification.data.args[index]) : wire::kAnyPath;
  auto& slot = log_.header().covered[notification.pid % wire::kCoveredCalls];
  std::uint64_t announced = slot.load();
  if (announced != wire::covered_call(notification.pid, path) &&
      announced != wire::covered_call(notification.pid, wire::kAnyPath))
    return false;
  // The image that follows has made no announcement.
  if (call.operation == Operation::Execute) slot.compare_exchange_strong(announced, 0);
  return true;
}

void Watcher::on_known_call(const seccomp_notif& notification, const Call& call, bool is_covered) {
  Tracee& tracee = tracee_of(static_cast<pid_t>(notification.pid));
  std::array<std::uint64_t, 6> arguments;
  std::copy(std::begin(notification.data.args), std::end(notification.data.args),
            arguments.begin());
  if (!recorder_.read(tracee, call, arguments)) {
    // The call fails, too, unless it is we who may not look.
    if (errno == EPERM && listener_.waits(notification)) recorder_.gap(tracee, "not-entered");
    tracee.pending = {};
    return;
  }
  if (!listener_.waits(notification)) return;
  if (call.operation == Operation::Trace) return;  // a listener is in no tracer's way
  if (call.operation == Operation::OpenByHandle) {
    recorder_.gap(tracee, "open-by-handle");
    return;
  }
  const bool end_matters = recorder_.enter(tracee);
  const bool executes = call.operation == Operation::Execute && tracee.pending.stamp.has_value();
  if ((!end_matters && !executes) || is_in_vain(tracee.pending)) {
    tracee.pending = {};
    return;
  }
  UnsettledCall::Execution execution;
  if (executes) {
    const bool is_first = tracee.process == root_ && std::exchange(announced_, false);
    execution.announced = is_first || is_covered;
    if (notification.data.arch == AUDIT_ARCH_X86_64)
      execution.argument_text = strings_at(tracee.thread, arguments[call.directory < 0 ? 1 : 2]);
  }
  unsettled_.emplace_back(tracee, log_, notification.data.nr, std::move(execution));
}

void Watcher::settle(pid_t caller, bool all_over) {
  for (std::size_t i = 0; i < unsettled_.size();) {
    UnsettledCall& call = unsettled_[i];
    const bool is_over = all_over || caller == call.thread() || (caller == 0 && call.has_left());
    const auto outcome = call.settle(is_over);
    if (outcome == UnsettledCall::Outcome::Unknown) {
      ++i;
      continue;
    }
    if (outcome == UnsettledCall::Outcome::Happened) {
      recorder_.happened(call.call(), call.opened());
      if (call.executes()) entered(call);
    }
    unsettled_.erase(unsettled_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Watcher::entered(const UnsettledCall& execute) {
  const pid_t process = execute.process();
  // Of its threads one is left, which has the number of the process.
  std::erase_if(threads_,
                [&](const auto& entry) { return entry.second.tracee.process == process; });
  const std::uint64_t started = start_of(process);
  Known& known = threads_[process];
  known = {{process, process, {}}, started, now_ns()};
  processes_[process] = started;
  Tracee& tracee = known.tracee;
  // The path that was executed is a script's, perhaps; and the process is there no more, perhaps.
  const std::string program = link_target("/proc/" + std::to_string(process) + "/exe");
  if (program.empty()) return;
  const auto image = look_at(program, true);
  const auto& executed = execute.call().stamp;
  if (!image || !executed || image->device != executed->device || image->inode != executed->inode)
    recorder_.started(tracee, kinship_of(process).parent);
  recorder_.arguments(tracee);
}

}  // namespace roar::tracer
