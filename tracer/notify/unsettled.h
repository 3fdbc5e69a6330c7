#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "objects/base/fd.h"
#include "tracer/calls/recorder.h"
#include "tracer/log.h"

namespace roar::tracer {

// What tells one program image of a process from the next: where the kernel put its stack and code.
struct ImageMark {
  std::uint64_t code = 0;
  std::uint64_t stack = 0;
  std::uint64_t inode = 0;
  bool operator==(const ImageMark&) const = default;
};
// Nullopt if there is no such process, or only its remains.
std::optional<ImageMark> image_of(pid_t process);

// When a thread was started; 0 if it is there no more.
std::uint64_t start_of(pid_t thread);

struct Kinship {
  pid_t process = 0;
  pid_t parent = 0;
};
Kinship kinship_of(pid_t thread);

// A call whose end nobody is told of. Its fact has its place in the log; what it says is found out
// later by looking at what the call has changed: when its thread makes the next call, another one
// is about to change names, or nothing has happened for a while.
class UnsettledCall {
 public:
  // Of an Execute: its arguments, and whether its Exec fact is in the log already.
  struct Execution {
    bool announced = false;
    std::string argument_text;  // as in an Arguments fact
  };

  // Takes tracee.pending, of which CallRecorder::enter has said that its end matters, or that is an
  // Execute. `number` is the system call's, as the kernel has it.
  UnsettledCall(Tracee& tracee, Log& log, int number, Execution execution);

  enum class Outcome : std::uint8_t { Unknown, Happened, Failed };
  // `is_over`: its thread has left it. Then the outcome is not Unknown, except for an Execute of
  // which another thread speaks.
  Outcome settle(bool is_over);

  // Whether the thread is known to have returned from it, or to be there no more.
  bool has_left() const;
  pid_t thread() const noexcept { return thread_; }
  pid_t process() const noexcept { return process_; }
  bool executes() const noexcept { return call_.call->operation == Operation::Execute; }
  // What an Open that happened led to.
  const std::optional<wire::Stamp>& opened() const noexcept { return opened_; }
  const PendingCall& call() const noexcept { return call_; }

 private:
  void pin(TraceePath& path);
  Fact fact() const;
  Fact start() const;
  Fact arguments() const;
  Outcome look(bool is_over, Fact& fact);
  Outcome look_at_open(bool is_over, Fact& fact);
  Outcome look_at_unnamed(Fact& fact) const;
  Outcome look_at_rename(bool is_over, Fact& fact) const;
  Outcome look_at_new_name(bool is_over, Fact& fact) const;
  Outcome look_at_execute(bool is_over) const;

  pid_t thread_;
  pid_t process_;
  int number_;
  PendingCall call_;
  std::optional<wire::Stamp> target_;  // of path2, before the call
  std::optional<wire::Stamp> opened_;
  std::vector<Fd> pinned_;          // directories that names are looked up in
  std::optional<ImageMark> image_;  // before an Execute
  pid_t parent_ = 0;                // of the process of an Execute
  std::string directory_;           // that it happens in
  wire::Record* record_ = nullptr;
  std::string argument_text_;
  wire::Record* arguments_ = nullptr;
  wire::Record* start_ = nullptr;  // of the image that an Execute brings
};

}  // namespace roar::tracer
