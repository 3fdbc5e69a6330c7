#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "objects/base/fd.h"
#include "tracer/fact.h"
#include "tracer/wire.h"

namespace roar::tracer {

// The shared memory that facts are written to, and the only code besides the preload library that
// knows how (the layout and its rules are in wire.h).
class Log {
 public:
  // An empty log of wire::kLogBytes, or of what the limits of this process allow. Takes no memory
  // until it is written to. Throws Errc::Io.
  Log();
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Under which other processes of the same user can open the log as long as this process, or a
  // forked copy of it whose id is `pid`, keeps it open.
  std::string path(std::int32_t pid) const;
  int descriptor() const noexcept { return fd_.get(); }

  // Adds a fact; any process that has the log mapped may do so at any time. Returns the record, so
  // that touched bits can be set later, or null if it did not fit (which is counted).
  wire::Record* append(const Fact& fact) noexcept;

  // Calls `consume` with all facts in order, and forgets them: their memory is given back as the
  // reader goes along. Facts that are written meanwhile may or may not be among them. Views in a
  // fact are valid during its call only. Returns the number of facts lost: those that did not fit,
  // and those whose writer was killed on the way.
  std::uint64_t drain(const std::function<void(const Fact&)>& consume);

  // Same, and keeps them.
  std::uint64_t read(const std::function<void(const Fact&)>& consume) const;

 private:
  std::uint64_t scan(const std::function<void(const Fact&)>& consume, bool release) const;

  Fd fd_;
  std::byte* memory_ = nullptr;
  std::uint64_t capacity_ = 0;
};

}  // namespace roar::tracer
