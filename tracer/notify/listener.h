#pragma once

#include <linux/seccomp.h>

#include <cstdint>

#include "objects/base/fd.h"

namespace roar::tracer {

// The end of a seccomp filter at which calls wait for an answer (seccomp_unotify(2)).
class Listener {
 public:
  // `fd` is what install_listener returned to the process that the filter is for.
  explicit Listener(Fd fd) noexcept;

  enum class Event : std::uint8_t {
    Call,   // receive() has one
    Quiet,  // none within the time
    Ended,  // the last process under the filter has ended
  };
  // -1 waits for ever.
  Event wait(std::int64_t timeout_us) const noexcept;

  // Takes one call. False if its process has gone, or a signal has made it start again.
  bool receive(seccomp_notif& call) const noexcept;
  // Whether it still waits, so that what was read of its process was its own.
  bool waits(const seccomp_notif& call) const noexcept;
  // Lets it run.
  void resume(const seccomp_notif& call) const noexcept;

 private:
  Fd fd_;
};

}  // namespace roar::tracer
