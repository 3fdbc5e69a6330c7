#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tracer/calls/calls.h"
#include "tracer/calls/tracee_files.h"
#include "tracer/log.h"
#include "tracer/versions.h"

namespace roar::tracer {

// A call that has been entered and whose result matters.
struct PendingCall {
  const Call* call = nullptr;  // null if there is none
  std::uint64_t flags = 0;
  TraceePath path;
  TraceePath path2;
  std::optional<wire::Stamp> stamp;   // of path, before the call
  std::optional<wire::Stamp> before;  // of what the call replaces
};

// One thread of the job.
struct Tracee {
  pid_t thread = 0;
  pid_t process = 0;
  PendingCall pending;
};

// A fact of the tracee, of now.
Fact call_fact(const Tracee& tracee, wire::Kind kind);
void set_stamp(Fact& fact, const std::optional<wire::Stamp>& stamp);
// The state before the call was looked at, and this is it.
void set_before(Fact& fact, const std::optional<wire::Stamp>& before);

// Writes the facts of a stopped tracee's calls to the log.
class CallRecorder {
 public:
  // `keeper` is the process that secures versions.
  CallRecorder(Log& log, pid_t keeper);

  // At the entry of a call: what it asks for, into tracee.pending. False if its arguments cannot be
  // read; then the call fails, too.
  bool read(Tracee& tracee, const Call& call, std::span<const std::uint64_t, 6> arguments);
  // Next. Returns whether the end of the call matters as well: where the kernel's answer decides.
  // What is only read is looked at here, before the kernel does the same.
  bool enter(Tracee& tracee);
  // At the end of that call.
  void leave(Tracee& tracee, std::int64_t result);
  // Instead, by who found out for himself that the call has succeeded. `now`: what was opened.
  void happened(const PendingCall& call, const std::optional<wire::Stamp>& now) noexcept;
  // The call became another program.
  void executed(Tracee& tracee, pid_t parent);

  void started(const Tracee& tracee, pid_t parent);
  void arguments(const Tracee& tracee);  // of the image that runs now
  // `status` is that of wait(2).
  void ended(pid_t process, int status);
  void gap(const Tracee& tracee, std::string_view reason);

 private:
  bool enter_open(Tracee& tracee);
  bool enter_execute(Tracee& tracee);
  void leave_open(Tracee& tracee, std::int64_t descriptor);
  void leave_rename(Tracee& tracee);
  void leave_link(Tracee& tracee);
  void leave_truncate(Tracee& tracee);
  void leave_unlink(Tracee& tracee);

  // Before a call that destroys the version at `path`.
  void secure(const TraceePath& path, const std::optional<wire::Stamp>& version, wire::Fate fate,
              bool keeps_bytes) noexcept;
  void note_gone(const std::optional<wire::Stamp>& version) noexcept;

  bool is_known(std::uint64_t hash) noexcept;
  void write_open(const Tracee& tracee, const wire::Stamp& stamp);
  void write_absent(const Tracee& tracee);

  Log& log_;
  Versions versions_;
  pid_t keeper_;
  bool other_roots_ = false;  // a process has, perhaps, a root directory of its own
  // Hashes of facts that add nothing when they are written again. Forgetting one does no harm.
  std::array<std::uint64_t, 16'384> known_{};
};

}  // namespace roar::tracer
