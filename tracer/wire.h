#pragma once

// The one thing that the preload library and the rest of the tracer share: the log of facts in
// shared memory. Freestanding: no allocation, no library calls. Also written by the supervisors of
// what the library cannot enter.
//
// The log is one sparse memory file. A writer claims room for a record with one fetch_add on
// LogHeader::next and so gets its place in the one total order of all facts. It then stores the
// record's length with kIncomplete set, fills the record, and stores the length alone, with release
// order. A writer that is killed on the way leaves an incomplete record, or, in a window of one
// instruction, a hole of zeroes; records are aligned to kAlignment, so the reader finds the next
// one by skipping zeroes. Either counts as one dropped fact.
//
// A path that leads through /proc/*/fd, /dev/fd, /dev/stdin and the like is meaningless later:
// write what readlink(2) says it is. stamp of Open, Inherited and Start should be there; without
// it, the path is looked at after the job, and the version is only as good as its ctime.
//
// The log may be a file that outlives the process that reads it (tracer/log.h). Then its pages must
// be there before they are written to: a file system that is full says so by SIGBUS, in whatever
// program comes along. LogHeader::backed is how far they are; who claims room beyond it first has
// the kernel make the next kBackedStep bytes, and drops the fact if that fails.
//
// State, not events: the first read of a descriptor sets a bit in the Open record that belongs to
// it. No further record is written for reads and writes, however many there are.

#include <atomic>
#include <cstdint>

namespace roar::tracer::wire {

inline constexpr std::uint32_t kMagic = 0x524f4152;  // "ROAR"
inline constexpr std::uint32_t kVersion = 5;
inline constexpr std::uint64_t kAlignment = 16;
inline constexpr std::uint32_t kIncomplete = 0x8000'0000;  // in Record::length
inline constexpr std::uint64_t kLogBytes =
    std::uint64_t{1} << 30;  // sparse; what does not fit is dropped and counted
// For the child: the path of the log; if the log is a file, a colon and its path follow, for when
// the first is gone.
inline constexpr const char* kLogVariable = "ROAR_TRACE_LOG";
inline constexpr std::uint64_t kBackedStep = 65'536;

// A call of prctl(2) with this option is answered, where a listener of ours sees the path calls of
// the process (tracer/notify), with an errno that tells the job: net_mark() of the log's address.
// Elsewhere it fails with EINVAL, which is no mark.
inline constexpr std::uint32_t kNetProbe = kMagic;
constexpr std::uint16_t net_mark(const char* address) noexcept {
  std::uint32_t hash = 2'166'136'261;
  for (; *address != '\0'; ++address)
    hash = (hash ^ static_cast<unsigned char>(*address)) * 16'777'619;
  return static_cast<std::uint16_t>(1000 + (hash >> 8) % 3000);
}

inline constexpr unsigned kFileGroup = 8;
inline constexpr unsigned kFileWords = 65'536;
inline constexpr unsigned kFilePages = kFileWords * sizeof(std::uint64_t) / 4096;

// Where such a listener is, each call is told of once. What the preload library asks the kernel for
// on its own account it marks in the last argument, which no path call has: the filter lets it
// through. What it has libc do for the program, and tells of itself, it announces in a slot of
// LogHeader::covered before: the listener lets a call of that thread with that path pass without a
// word. Whoever finds the slot overwritten by another thread, or the number of the thread that of
// another name space, tells of the call twice.
inline constexpr std::uint32_t kMarkedHigh = kMagic;
constexpr std::uint32_t marked_low(std::uint16_t mark, std::uint32_t first,
                                   std::uint32_t second) noexcept {
  return (std::uint32_t{mark} << 8) ^ first ^ second;
}
inline constexpr unsigned kCoveredCalls = 256;
inline constexpr std::uint32_t kAnyPath = 0;
constexpr std::uint64_t covered_call(std::uint32_t thread, std::uint32_t path) noexcept {
  return (std::uint64_t{thread} << 32) | path;
}

struct LogHeader {
  std::uint32_t magic;
  std::uint32_t version;
  std::uint64_t capacity;              // bytes, this header included
  std::atomic<std::uint64_t> next;     // offset of the first unclaimed byte; may exceed capacity
  std::atomic<std::uint64_t> dropped;  // records that did not fit
  std::atomic<std::uint64_t> backed;   // bytes that have memory behind them; at most the capacity
  std::atomic<std::uint32_t> backend;  // tracer::Backend, once one was chosen
  std::int32_t exit_code;              // of the root process; these two count once
  std::int32_t exit_signal;            // `ended_ns` is set
  std::uint32_t core_dumped;
  std::atomic<std::uint64_t> ended_ns;  // when it ended, on the real-time clock; 0: not known
  // Processes that supervise a part of the job until its last process has ended; a futex, woken
  // when the last of them goes.
  std::atomic<std::uint32_t> supervisors;
  std::atomic<std::int32_t> supervisor;   // the one that came last
  std::atomic<std::uint32_t> keeper;      // 1 as long as somebody answers requests (VersionArea)
  std::atomic<std::uint32_t> asked;       // number of requests made so far; waited for
  std::atomic<std::uint32_t> unanswered;  // requests in a row that nobody answered in time
  // Pages of VersionArea::files that have memory. Here, because every process has this page.
  std::atomic<std::uint64_t> files_backed[kFilePages / 64];
  std::atomic<std::uint32_t> listeners;  // that have ever begun: without one, nobody need ask
  // By number of the thread, modulo their count: covered_call() of the call that it is in.
  std::atomic<std::uint64_t> covered[kCoveredCalls];
};
static_assert(sizeof(LogHeader) <= 4096);

// A version that the job has read, or that it keeps part of, is secured before the job destroys it
// (tracer/versions.h). Whoever is about to do that waits for the answer to a request; `state` is
// (number of the request << 3) | RequestState, and waited for.
enum RequestState : std::uint32_t {
  kRequestFree = 0,
  kRequestClaimed = 1,  // is being filled
  kRequestPosted = 2,
  kRequestTaken = 3,  // is being worked on
  kRequestKept = 4,
  kRequestRefused = 5,
  kRequestStates = 7  // mask
};

// What is going to happen to the version.
enum class Fate : std::uint8_t {
  NameLost,    // an open descriptor will still lead to it
  Overwritten  // it is gone
};

struct KeepRequest {
  std::atomic<std::uint32_t> state;
  Fate fate;
  std::uint8_t reserved;
  std::uint16_t path_length;
  std::uint64_t device;
  std::uint64_t inode;
  char path[4072];  // absolute
};
inline constexpr unsigned kKeepRequests = 4;

// What the job has done to a file so far: the low bits of its word, whose rest stands for device
// and inode. A word of zero is free. A file's word is in its group, of one cache line.
enum FileMark : std::uint64_t {
  kMarkRead = 1,     // its content from before the job has been read
  kMarkOwn = 2,      // its content is the job's own
  kMarkSecured = 4,  // what could be done before it is overwritten was done
  kMarkHeld = 8,     // what could be done before it loses a name was done
  kMarks = 15
};

// Behind the header. Of `files`, pages whose bit in LogHeader::files_backed is not set have no
// memory yet.
struct VersionArea {
  KeepRequest requests[kKeepRequests];
  std::atomic<std::uint64_t> files[kFileWords];
};
inline constexpr std::uint64_t kVersionArea = 4096;
inline constexpr std::uint64_t kBackedVersions = kVersionArea + kKeepRequests * sizeof(KeepRequest);
static_assert(sizeof(KeepRequest) == 4096);
inline constexpr std::uint64_t kFirstRecord = kVersionArea + sizeof(VersionArea);
static_assert(kFirstRecord % 4096 == 0);

enum class Kind : std::uint8_t {
  Start = 1,  // an image starts, or a forked child that goes on with its parent's image: path is
              // the executable (stamp if known), path2 the working directory; `parent` set. Empty
              // paths mean those of the parent
  Exec =
      2,  // about to execute `path`; result is set to the errno if the call returned; `parent`
          // set, because the child of a vfork has no Start before it; path2 as `path` of Arguments
  Exit = 3,  // the process has ended, or is about to; there may be several. `parent` is who waited
             // for it, or 0 if it speaks for itself. With kHasStatus, `result` is its status as
             // wait(2) has it
  Open = 4,  // path was opened: open_flags, stamp (after), before (if the call could truncate)
  Inherited = 5,  // a descriptor of unknown origin was used: path from /proc/self/fd, open_flags
                  // from F_GETFL
  Cwd = 6,        // the working directory is now `path`
  Rename = 7,     // path -> path2; stamp is that of the moved file, before that of a replaced one
  Exchange =
      8,     // path <-> path2; stamp is that of what is now at path2, before of what is now at path
  Link = 9,  // path2 is a new name of path
  Symlink = 10,     // path2 is a new symbolic link
  Unlink = 11,      // path is gone; before is what it was
  Truncate = 12,    // by path; before and stamp
  Absent = 13,      // path was looked for and is not there
  Listed = 14,      // the directory at path was read
  Gap = 15,         // path is the reason, path2 the program
  Descriptor = 16,  // the job is born with descriptor `result` open on path: open_flags, stamp;
  // `parent` is the lowest descriptor that is the same open file. Before all other facts
  Arguments = 17,  // of the image that runs now: path is them, each with a NUL behind it, as far as
                   // kArgumentsMax or less allows. If there are more, there is none behind the last
  Nothing = 18,    // room for a fact that turned out to be none
};
inline constexpr std::uint64_t kArgumentsMax = 4096;

// Record::touched
enum Touched : std::uint32_t {
  kTouchedRead = 1,
  kTouchedWritten = 2,
  kTouchedMappedRead = 4,
  kTouchedMappedWrite = 8,
  kTouchedSettled = 16,  // closed and examined: no bit above means that no byte was read or written
  kTouchedTruncated = 32,  // ftruncate, fallocate punch: content changed without a write
  kTouchedEmptied = 64,  // with kTouchedTruncated: to length 0, before anything was read or written
};

enum RecordFlags : std::uint8_t {
  kHasStamp = 1,
  kHasBefore =
      2,  // `before` is valid; if the call could create and this is not set, the file was new
  kRelative = 4,   // path is relative to the process's working directory (last Start or Cwd)
  kRelative2 = 8,  // so is path2
  kProbedBefore =
      16,  // the state before the call was looked at (so no kHasBefore means: not there)
  kTouchUnknown = 32,  // nobody keeps the touched bits of this record: decide by stamps
  kHasStatus = 64,     // of Exit
  kFromOutside = 128,  // of Start: written by who looks at the process, which may speak itself
  kAlone = 64,  // of Start and Open: the file's code runs, and nobody but the library is there to
                // see what it asks the kernel for
};

struct Stamp {
  std::uint64_t device;
  std::uint64_t inode;
  std::uint64_t size;
  std::int64_t modified_s;
  std::int64_t changed_s;
  std::uint32_t modified_ns;
  std::uint32_t changed_ns;
  std::uint32_t mode;   // st_mode
  std::uint32_t links;  // st_nlink
};

struct Record {
  std::atomic<std::uint32_t>
      length;  // of the whole record in bytes, with kIncomplete while it is filled
  Kind kind;
  std::uint8_t flags;  // RecordFlags
  std::uint16_t reserved;
  std::atomic<std::uint32_t> touched;  // Touched
  std::int32_t pid;                    // thread group
  std::int32_t parent;                 // of Start
  std::int32_t result;                 // see Kind
  std::uint32_t open_flags;            // as for open(2)
  std::uint16_t path_length;           // bytes; the paths follow the record, without NUL
  std::uint16_t path2_length;
  std::uint64_t time_ns;  // CLOCK_REALTIME_COARSE
  Stamp stamp;
  Stamp before;
};

}  // namespace roar::tracer::wire
