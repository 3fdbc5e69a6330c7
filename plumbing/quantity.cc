#include "plumbing/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

namespace roar::plumbing {
namespace {

using Unit = std::pair<std::string_view, std::uint64_t>;

constexpr std::array<Unit, 9> kSizes{{{"", 1},
                                      {"B", 1},
                                      {"k", 1U << 10},
                                      {"K", 1U << 10},
                                      {"KiB", 1U << 10},
                                      {"M", 1U << 20},
                                      {"MiB", 1U << 20},
                                      {"G", 1U << 30},
                                      {"GiB", 1U << 30}}};
constexpr std::array<Unit, 3> kDurations{{{"ms", 1}, {"s", 1000}, {"min", 60'000}}};

// Digits and one of the units; small enough for any arithmetic.
std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  constexpr std::uint64_t kMax = std::uint64_t{1} << 50;
  if (error != std::errc() || number > kMax) return std::nullopt;
  const std::string_view name(rest, static_cast<std::size_t>(end - rest));
  const auto unit = std::ranges::find(units, name, &Unit::first);
  if (unit == units.end() || number > kMax / unit->second) return std::nullopt;
  return number * unit->second;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse(text, kSizes);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto number = parse(text, kDurations);
  if (!number) return std::nullopt;
  return std::chrono::milliseconds(*number);
}

}  // namespace roar::plumbing
