#include "plumbing/care/age.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>

namespace roar::plumbing {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 20> kUnits{{
    {"s", 1},
    {"second", 1},
    {"seconds", 1},
    {"min", 60},
    {"minute", 60},
    {"minutes", 60},
    {"h", 3600},
    {"hour", 3600},
    {"hours", 3600},
    {"d", 86'400},
    {"day", 86'400},
    {"days", 86'400},
    {"w", 604'800},
    {"week", 604'800},
    {"weeks", 604'800},
    {"month", 2'592'000},
    {"months", 2'592'000},
    {"year", 31'536'000},
    {"years", 31'536'000},
    {"y", 31'536'000},
}};
constexpr std::int64_t kNumberMost = 1'000'000;

}  // namespace

std::optional<Age> parse_age(std::string_view text) {
  if (text == "now" || text == "all") return Age{std::chrono::seconds{0}};
  if (text == "never") return Age{std::nullopt};
  constexpr std::string_view kAgo = ".ago";
  if (text.ends_with(kAgo)) text.remove_suffix(kAgo.size());
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > kNumberMost) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  if (text.starts_with('.')) text.remove_prefix(1);
  const auto unit =
      std::ranges::find(kUnits, text, &std::pair<std::string_view, std::int64_t>::first);
  if (unit == kUnits.end()) return std::nullopt;
  return Age{std::chrono::seconds{number * unit->second}};
}

}  // namespace roar::plumbing
