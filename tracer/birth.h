#pragma once

#include <sys/types.h>

#include <vector>

#include "tracer/log.h"

namespace roar::tracer {

// The descriptors that the job will be born with: those of this process that are not closed on
// exec. Writes a Descriptor fact for each, and afterwards finds out by the file offset, which this
// process shares with the job, whether it was used.
class BirthDescriptors {
 public:
  // Before anything else is written to the log.
  explicit BirthDescriptors(Log& log);

  // After the job: sets the touched bits.
  void settle() noexcept;

 private:
  struct Born {
    int descriptor;
    int open_flags;
    off_t offset;
    wire::Record* record;
  };
  std::vector<Born> born_;
};

}  // namespace roar::tracer
