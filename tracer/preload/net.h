#pragma once

#include "tracer/preload/log_writer.h"

// The listener that sees the path calls of this process too, if there is one (tracer/notify). Each
// call is told of once: by us, if we have said so to it, else by the listener.

namespace roar::tracer::preload {

// `address` is the value of wire::kLogVariable; before any call of own_call.
void name_net(const char* address) noexcept;
// Asks whether there is one; once the log is open.
void find_net() noexcept;
bool net_is_on() noexcept;
void leave_net() noexcept;

// A path call of our own, which no listener is to see. Otherwise as system_call().
long own_call(long number, long a, long b, long c = 0, long d = 0) noexcept;

// What makes a call with these first arguments one of ours, in the last place; 0 without a
// listener.
long own_mark(long first, long second) noexcept;
// After such a call, or the register goes on to have it.
inline void forget_mark() noexcept {
  __asm__ volatile("xorl %%r9d, %%r9d" ::: "r9", "cc");
}

// While this lives, the path call that libc makes for the program in this thread, with this path
// (as the kernel gets it; null: any), is ours to tell of. Costs nothing without a listener.
class Covered {
 public:
  explicit Covered(const char* path) noexcept {
    if (net_is_on()) announce(path);
  }
  ~Covered() {
    if (slot_ != nullptr) withdraw();
  }
  Covered(const Covered&) = delete;
  Covered& operator=(const Covered&) = delete;

 private:
  void announce(const char* path) noexcept;
  void withdraw() const noexcept;

  std::atomic<std::uint64_t>* slot_ = nullptr;
  std::uint64_t before_ = 0;  // of this thread, which a signal has interrupted; else 0
};

}  // namespace roar::tracer::preload
