#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/file_stamp.h"
#include "objects/base/timestamp.h"

// What a tracer has to say about one command: values only. The rules that decide what is an input
// and what an output are in tracer/collector.h; the backends only feed it facts.

namespace roar::tracer {

// PreloadNotify: both, each for what the other does not see.
enum class Backend : std::uint8_t { Preload, Ptrace, Notify, PreloadNotify };
// "preload", "ptrace", "notify", "preload+notify"
std::string_view backend_name(Backend backend) noexcept;

enum class AccessKind : std::uint8_t {
  Input,   // content from before the job was observed
  Output,  // exists at the end, and the job created, wrote or truncated it
  Absent,  // looked for, and not there before the job
  Listed,  // a directory whose entries were read
};

// How the job used an input. A set of bits, numbered like roar::Evidence.
enum EvidenceBits : std::uint8_t {
  kRead = 1,
  kMapped = 2,
  kExecuted = 4,
  kKept = 8,       // old bytes survive an append, punch or partial overwrite
  kOpen = 16,      // opened for reading; nothing more is known
  kInherited = 32  // through a descriptor that the job was born with
};

// Numbers of processes, a part of Observation::users: sorted, each once.
struct Users {
  std::uint32_t begin = 0;
  std::uint32_t count = 0;
};

// One path in one role. A file that was read and then rewritten appears twice.
struct FileAccess {
  AccessKind kind = AccessKind::Input;
  std::string path;     // absolute, as the kernel resolves it; outputs: under their final name
  std::string spelled;  // absolute, as the program named it, where that differs; else empty
  std::uint8_t evidence = 0;  // EvidenceBits; for an Output only kInherited may be set

  // Input: the version that was first observed. Output: the version at the end of the job.
  FileStamp stamp;
  std::uint32_t mode = 0;  // st_mode

  // Output: the version that the job overwrote, if the file was there before; a known digest of it
  // tells whether the output is unchanged.
  std::optional<FileStamp> before;

  // Input: where this version's bytes can still be read after the job: its own path, or another
  // name that the job gave the file. Empty if the job destroyed them.
  std::string available_at;
  // Input: something other than the job changed the file while the job ran.
  bool changed = false;

  // Which processes used the file. What is done through a descriptor that a process has from its
  // parent may count as the parent's: not everybody sees which of them it was. Who read a file
  // that is an Input and an Output is with the former.
  Users readers;
  Users writers;
};

struct Gap {
  std::string
      reason;  // a word: "static-program", "other-architecture", "set-user-id", "not-entered",
               // "io-uring", "late", "ring-full", "tracer-died", "inner-tracer", "roar-killed",
               // ...
  std::string program;  // path of the program it concerns, or empty
  std::uint64_t count = 1;

  auto operator<=>(const Gap&) const = default;
};

struct ExitState {
  int code = 0;    // meaningful if signal is 0
  int signal = 0;  // that ended the process, or 0
  bool core_dumped = false;
};

struct Process {
  std::int32_t pid = 0;
  std::optional<std::uint32_t> parent;  // its number; none for the root, and if it is not known
  std::string executable;               // absolute path of the last image it ran; empty if unknown
  // Of that image. Empty if the process runs its parent's, or if they are not known.
  std::vector<std::string> argv;
  bool argv_cut = false;  // there are more, or the last one goes on
  // On the real-time clock, as good as the clock's tick; 0 if not known.
  std::uint64_t started_ns = 0;
  std::uint64_t ended_ns = 0;
  std::optional<ExitState> exit;  // if somebody has seen it
};

struct Observation {
  Backend backend = Backend::Preload;
  ExitState exit;
  Timestamp started;
  Timestamp ended;
  std::int64_t duration_ns = 0;      // on the monotonic clock
  std::vector<FileAccess> accesses;  // sorted by path, then kind; each pair once
  std::vector<Process> processes;    // root first, then in order of appearance; by number
  std::vector<std::uint32_t> users;  // numbers of processes: see Users
  std::vector<Gap> gaps;             // sorted; equal reason and program merged
  std::uint64_t dropped = 0;         // facts that did not fit
  std::uint64_t temporaries = 0;     // files written and gone at the end
  // Of a job that is looked at later than at its end: until when it is known to have run. What
  // changed after that need not be its work.
  std::optional<Timestamp> known_until;

  bool complete() const noexcept { return gaps.empty() && dropped == 0; }
};

}  // namespace roar::tracer
