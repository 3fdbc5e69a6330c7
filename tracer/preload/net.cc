#include "tracer/preload/net.h"

#include <sys/prctl.h>

#include "tracer/preload/system_call.h"

namespace roar::tracer::preload {
namespace {

constinit std::uint16_t mark = 0;
constinit std::atomic<bool> on{false};

std::uint32_t low_half(long value) noexcept {
  return static_cast<std::uint32_t>(value);
}

long mark_of(long first, long second) noexcept {
  return static_cast<long>((std::uint64_t{wire::kMarkedHigh} << 32) |
                           wire::marked_low(mark, low_half(first), low_half(second)));
}

}  // namespace

void name_net(const char* address) noexcept {
  mark = wire::net_mark(address);
}

void find_net() noexcept {
  if (log_header()->listeners.load(std::memory_order_relaxed) == 0) return;
  on.store(system_call(SYS_prctl, wire::kNetProbe) == -long{mark}, std::memory_order_relaxed);
}

bool net_is_on() noexcept {
  return on.load(std::memory_order_relaxed);
}

void leave_net() noexcept {
  on.store(false, std::memory_order_relaxed);
}

long own_call(long number, long a, long b, long c, long d) noexcept {
  return marked_system_call(number, a, b, c, d, mark_of(a, b));
}

long own_mark(long first, long second) noexcept {
  return net_is_on() ? mark_of(first, second) : 0;
}

void Covered::announce(const char* path) noexcept {
  const auto thread = static_cast<std::uint32_t>(system_call(SYS_gettid));
  slot_ = &log_header()->covered[thread % wire::kCoveredCalls];
  before_ = slot_->exchange(wire::covered_call(thread, low_half(address_of(path))));
  if (before_ >> 32 != thread) before_ = 0;
}

void Covered::withdraw() const noexcept {
  slot_->store(before_, std::memory_order_release);
}

}  // namespace roar::tracer::preload
