#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "objects/base/fd.h"
#include "objects/base/timestamp.h"
#include "tracer/fact.h"
#include "tracer/guarded_mapping.h"
#include "tracer/observation.h"
#include "tracer/wire.h"

namespace roar::tracer {

// The shared memory that facts are written to, and the only code besides the preload library that
// knows how (the layout and its rules are in wire.h).
class Log {
 public:
  // A file that outlives this process if that is killed: `directory`/`name`, with `note` behind the
  // facts. The directory is made (for this user alone) if its parent is there.
  struct Place {
    std::string directory;
    std::string name;
  };

  // An empty log of wire::kLogBytes, or of what the limits of this process allow. Takes no memory
  // until it is written to. Where even a small file would be too large, it is none (has_path).
  // Throws Errc::Io.
  Log();
  // The same in a file, which appears under its name complete with its note, and locked: as long as
  // this process, or a forked copy of it, has it open, nobody else gets the lock. Throws Errc::Io
  // if the place cannot be used, because it is not this user's alone or too small.
  Log(const Place& place, std::string_view note);
  // The log that a process which is gone left in `file`, once its lock is held. Throws
  // Errc::Conflict if somebody has it locked, or it was removed; Errc::Corrupt if it is none;
  // Errc::Unsupported if another version of this program wrote it.
  explicit Log(const std::string& file);
  // The log of a job that is running, by what wire::kLogVariable says. Throws Errc::Io.
  static std::unique_ptr<Log> attach(const std::string& address);
  ~Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Under which other processes of the same user can open the log as long as this process, or a
  // forked copy of it whose id is `pid`, keeps it open.
  std::string path(std::int32_t pid) const;
  // The value of wire::kLogVariable for it.
  std::string address(std::int32_t pid) const;
  // False: only this process and its forked copies can use it, and a path leads nowhere.
  bool has_path() const noexcept { return static_cast<bool>(fd_); }
  int descriptor() const noexcept { return fd_.get(); }
  const std::string& note() const noexcept { return note_; }
  const std::string& file() const noexcept { return file_; }  // empty if it is none
  // Removes the file, if it is one. The log stays usable.
  void remove_file() noexcept;

  // What is kept beside the facts for whoever finds the file.
  void set_backend(Backend backend) noexcept;
  void set_end(const ExitState& exit, Timestamp when) noexcept;
  Backend backend() const noexcept;
  // How and when the root ended; nullopt if that was never set.
  struct End {
    ExitState exit;
    Timestamp when;
  };
  std::optional<End> end() const noexcept;

  // Mapped up to wire::kFirstRecord at least.
  wire::LogHeader& header() noexcept { return *reinterpret_cast<wire::LogHeader*>(memory_); }

  // Adds a fact; any process that has the log mapped may do so at any time. Returns the record, so
  // that touched bits can be set later, or null if it did not fit (which is counted).
  wire::Record* append(const Fact& fact) noexcept;

  // In two steps, for a fact whose place among the others is now and whose content is known later.
  // `paths` has the paths of the fact; they stay. A record that is never completed counts as lost.
  wire::Record* claim(const Fact& paths) noexcept;
  static void complete(wire::Record* record, const Fact& fact) noexcept;  // null is let be

  void count_dropped() noexcept;  // a fact that could not be written

  // For a process that supervises a part of the job: it is counted until it leaves.
  void enter_supervision() noexcept;
  void leave_supervision() noexcept;
  // Waits up to `grace_ms` until nobody supervises; whether that is so.
  bool wait_for_supervisors(int grace_ms) const noexcept;
  // Whether one was killed. Then the path calls of what it supervised fail.
  bool has_lost_supervisor() const;

  // Calls `consume` with all facts in order, and forgets them, unless they are in a file: their
  // memory is given back as the reader goes along. Facts that are written meanwhile may or may not
  // be among them. Views in a fact are valid during its call only. Returns the number of facts
  // lost: those that did not fit, those whose writer was killed on the way, and one if the log was
  // cut off.
  std::uint64_t drain(const std::function<void(const Fact&)>& consume);

  // Same, and keeps them.
  std::uint64_t read(const std::function<void(const Fact&)>& consume) const;

  // What was written from `offset` on (first wire::kFirstRecord), about kFollowBytes of it at most,
  // while others go on writing; returns the offset to go on from. Stops at a record that is not
  // finished, unless `patience_is_over`: then it is passed over. For hints only: nobody says what
  // is missing. Not beside drain().
  static constexpr std::uint64_t kFollowBytes = std::uint64_t{1} << 20;
  std::uint64_t follow(std::uint64_t offset, bool patience_is_over,
                       const std::function<void(const Fact&)>& consume) const;

 private:
  Log(Fd fd, std::uint64_t capacity);
  bool map(std::uint64_t capacity);
  void begin(std::uint64_t backed) noexcept;
  bool back(std::uint64_t end) noexcept;
  std::uint64_t scan(const std::function<void(const Fact&)>& consume, bool release) const;

  Fd fd_;
  std::string file_;  // empty: the log is in memory only
  std::string note_;
  GuardedMapping mapping_;
  std::byte* memory_ = nullptr;  // of the mapping
  std::uint64_t capacity_ = 0;
};

}  // namespace roar::tracer
