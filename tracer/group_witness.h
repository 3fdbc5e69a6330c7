#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace roar::tracer {

// A process in our process group that does nothing but note which signals it gets.
//
// A signal says who sent it, but not whether to this process or to its whole group. What was sent
// to this process has to be passed on to the command; what was sent to the group, or to every
// process of a batch job, has reached the command already, and some programs end at once when they
// are asked twice. Only somebody else in the same place can tell. It shares our memory, so it costs
// little to make; it ends with us.
class GroupWitness {
 public:
  GroupWitness() = default;
  ~GroupWitness() { stop(); }
  GroupWitness(const GroupWitness&) = delete;
  GroupWitness& operator=(const GroupWitness&) = delete;

  // Call with all signals blocked. If it cannot be made, it has seen nothing.
  void start() noexcept;
  void stop() noexcept;

  // Whether it got this signal, too, just now. Waits a few milliseconds for it. Async-signal-safe.
  bool saw(int signal) const noexcept;

 private:
  static int watch(void* witness) noexcept;
  bool is_pending(int signal) const noexcept;

  static constexpr std::size_t kSignals = 65;
  static constexpr std::size_t kStackSize = 16384;

  std::unique_ptr<std::byte[]> stack_;
  pid_t pid_ = 0;
  pid_t parent_ = 0;
  std::array<std::atomic<std::int64_t>, kSignals> seen_ns_{};  // on the monotonic clock; 0: never
};

}  // namespace roar::tracer
