#pragma once

#include <compare>
#include <cstdint>
#include <ctime>

namespace roar {

// A point in time on the system's real-time clock, since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;  // 0 to 999,999,999

  auto operator<=>(const Timestamp&) const = default;

  static Timestamp now() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
  }
};

// Nanoseconds from `from` to `to`; negative if `to` is earlier.
constexpr std::int64_t nanoseconds_between(Timestamp from, Timestamp to) noexcept {
  return (to.seconds - from.seconds) * 1'000'000'000 +
         (static_cast<std::int64_t>(to.nanoseconds) - static_cast<std::int64_t>(from.nanoseconds));
}

}  // namespace roar
