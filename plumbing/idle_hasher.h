#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "objects/base/file_stamp.h"
#include "objects/base/timestamp.h"
#include "tracer/observe.h"

namespace roar::plumbing {

// Computes BLAKE3 digests of files while others are at work, so that they notice nothing: in one
// thread, which runs when nothing else wants to (SCHED_IDLE, the idle class of ioprio_set(2)), and
// only of what they have read into memory (ResidentFile); what is not there yet is looked for again
// later, and so is everything when others made it wait. A thread that may run so seldom must not
// hold what others wait for: it takes no lock, and stop() does not wait for it for long.
//
// For one thread.
class IdleHasher {
 public:
  struct Result {
    FileStamp stamp;
    Timestamp begun;     // before the first byte was read
    std::string digest;  // hexadecimal; empty if the file was not finished
    std::string state;   // of its first whole pieces (see Blake3), then
  };

  IdleHasher();
  // Stops.
  ~IdleHasher();
  IdleHasher(const IdleHasher&) = delete;
  IdleHasher& operator=(const IdleHasher&) = delete;

  // False if there is no room for more, or no such thread to be had. A file that is not, or no
  // longer, this version is dropped, and so is one that changes on the way.
  bool offer(const tracer::LargeInput& input);
  // What was finished since the last call.
  std::vector<Result> take();
  // Of those that were offered, the number that was neither taken nor dropped.
  std::size_t pending() const noexcept { return pending_; }
  // Returns what take() would, and files that have come far; without the latter if the thread does
  // not get the time to end within `patience`. Nothing is offered or taken after that.
  std::vector<Result> stop(std::chrono::nanoseconds patience = kPatience);

 private:
  static constexpr std::chrono::milliseconds kPatience{50};
  struct Shared;

  std::shared_ptr<Shared> shared_;  // with the thread, which may outlast this object
  std::size_t pending_ = 0;
  std::thread thread_;
};

}  // namespace roar::plumbing
