#include "tracer/notify/watcher.h"

#include <linux/audit.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string>
#include <utility>

namespace roar::tracer {
namespace {

// After how much quiet the calls that were last let run are looked at, again and again; and after
// how much a call of which there is no sign must have failed.
constexpr int kQuietMs = 2;
constexpr int kMostQuietMs = 1024;
constexpr std::uint64_t kFirstX32Call = 0x4000'0000;

bool exists(pid_t thread) {
  return ::access(("/proc/" + std::to_string(thread)).c_str(), F_OK) == 0;
}

// Whether the call can only fail, as far as what it needs is not there.
bool is_in_vain(const PendingCall& pending) {
  const Operation operation = pending.call->operation;
  return !pending.before && (operation == Operation::Unlink || operation == Operation::Truncate);
}

enum class End : std::uint8_t { None, Thread, Process };

End end_of(const seccomp_data& data) {
  const bool wide = data.arch == AUDIT_ARCH_X86_64;
  const auto number = static_cast<std::uint32_t>(data.nr);
  if (number == (wide ? SYS_exit : 1)) return End::Thread;
  return number == (wide ? SYS_exit_group : 252) ? End::Process : End::None;
}

}  // namespace

Watcher::Watcher(Log& log, pid_t keeper, Listener listener, pid_t root)
    : log_(log), listener_(std::move(listener)), recorder_(log, keeper), root_(root) {
  Tracee& tracee = threads_[root];
  tracee.thread = root;
  tracee.process = root;
  processes_[root] = 1;
}

void Watcher::run() {
  for (;;) {
    const auto event = listener_.wait(unsettled_.empty() ? -1 : quiet_ms_);
    quiet_ms_ = event == Listener::Event::Quiet ? std::min(2 * quiet_ms_, kMostQuietMs) : kQuietMs;
    try {
      if (event != Listener::Event::Call) settle(0);
      if (event == Listener::Event::Ended) return;
      seccomp_notif notification{};
      if (event == Listener::Event::Call && listener_.receive(notification)) {
        on_call(notification);
        listener_.resume(notification);
      }
    } catch (const std::exception&) {
      log_.count_dropped();  // what we have no memory for is said, and the job goes on
    }
  }
}

Tracee& Watcher::tracee_of(pid_t thread) {
  Tracee& tracee = threads_[thread];
  if (tracee.thread != 0) return tracee;
  const Kinship kinship = kinship_of(thread);
  tracee.thread = thread;
  tracee.process = kinship.process;
  if (++processes_[kinship.process] == 1) recorder_.started(tracee, kinship.parent);
  return tracee;
}

void Watcher::on_call(const seccomp_notif& notification) {
  const auto thread = static_cast<pid_t>(notification.pid);
  settle(thread);
  Tracee& tracee = tracee_of(thread);
  const seccomp_data& data = notification.data;
  const End end = end_of(data);
  if (end != End::None) return on_end(tracee, end == End::Process, static_cast<int>(data.args[0]));
  const Call* call = call_of(data.arch, static_cast<std::uint64_t>(data.nr));
  if (call != nullptr) return on_known_call(notification, tracee, *call);
  if (static_cast<std::uint64_t>(data.nr) >= kFirstX32Call)
    recorder_.gap(tracee, "other-architecture");
}

void Watcher::on_known_call(const seccomp_notif& notification, Tracee& tracee, const Call& call) {
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
  const bool announced = executes && tracee.process == root_ && std::exchange(announced_, false);
  unsettled_.emplace_back(tracee, log_, announced);
}

void Watcher::on_end(const Tracee& tracee, bool whole_process, int code) {
  const pid_t process = tracee.process;
  if (!whole_process && --processes_[process] > 0) {
    threads_.erase(tracee.thread);
    return;
  }
  recorder_.ended(process, (code & 0xff) << 8);
  processes_.erase(process);
  std::erase_if(threads_, [&](const auto& entry) { return entry.second.process == process; });
}

void Watcher::settle(pid_t caller) {
  for (std::size_t i = 0; i < unsettled_.size();) {
    UnsettledCall& call = unsettled_[i];
    const bool is_over =
        caller == call.thread() ||
        (caller == 0 && !call.executes() && (quiet_ms_ == kMostQuietMs || !exists(call.thread())));
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
  std::erase_if(threads_, [&](const auto& entry) { return entry.second.process == process; });
  Tracee& tracee = threads_[process];
  tracee.thread = process;
  tracee.process = process;
  processes_[process] = 1;
  // The path that was executed is a script's, perhaps; and the process is there no more, perhaps.
  const std::string program = link_target("/proc/" + std::to_string(process) + "/exe");
  if (program.empty()) return;
  if (program != execute.call().path.name) recorder_.started(tracee, kinship_of(process).parent);
  recorder_.arguments(tracee);
}

}  // namespace roar::tracer
