#include "plumbing/lineage/moment.h"

#include <time.h>

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace roar::plumbing {
namespace {

constexpr std::int64_t kDay = 86'400;

// Takes what is to be read off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const noexcept { return text_.empty(); }
  bool accept(std::string_view word) {
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  // Exactly this many digits.
  std::optional<int> digits(std::size_t count) {
    if (text_.size() < count) return std::nullopt;
    const auto number = number_of(text_.substr(0, count));
    if (!number) return std::nullopt;
    text_.remove_prefix(count);
    return static_cast<int>(*number);
  }
  static std::optional<std::int64_t> number_of(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
  }

 private:
  std::string_view text_;
};

std::optional<std::int64_t> seconds_of_unit(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 7> kUnits{{{"second", 1},
                                                                             {"minute", 60},
                                                                             {"hour", 60 * 60},
                                                                             {"day", kDay},
                                                                             {"week", 7 * kDay},
                                                                             {"month", 30 * kDay},
                                                                             {"year", 365 * kDay}}};
  for (const auto& [name, seconds] : kUnits) {
    if (unit.starts_with(name) && (unit.size() == name.size() || unit.substr(name.size()) == "s"))
      return seconds;
  }
  return std::nullopt;
}

// "3 days ago", with spaces or full stops between the words.
std::optional<Timestamp> parse_ago(std::string_view text, Timestamp now) {
  constexpr std::string_view kBetween = " .";
  const std::size_t first = text.find_first_of(kBetween);
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find_first_of(kBetween, first + 1);
  if (second == std::string_view::npos || text.substr(second + 1) != "ago") return std::nullopt;
  const auto count = Reader::number_of(text.substr(0, first));
  const auto unit = seconds_of_unit(text.substr(first + 1, second - first - 1));
  constexpr std::int64_t kCountMax = 1'000'000'000;
  if (!count || !unit || *count > kCountMax) return std::nullopt;
  return Timestamp{now.seconds - *count * *unit, now.nanoseconds};
}

// The zone's difference from UTC in seconds; nullopt if something else stands there.
std::optional<std::int64_t> parse_zone(Reader& reader) {
  if (reader.accept("Z")) return 0;
  const bool east = reader.accept("+");
  if (!east && !reader.accept("-")) return std::nullopt;
  const auto hours = reader.digits(2);
  reader.accept(":");
  const auto minutes = reader.digits(2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const std::int64_t seconds = (std::int64_t{*hours} * 60 + *minutes) * 60;
  return east ? seconds : -seconds;
}

bool parse_clock(Reader& reader, tm& time) {
  const auto hour = reader.digits(2);
  if (!hour || *hour > 23 || !reader.accept(":")) return false;
  const auto minute = reader.digits(2);
  if (!minute || *minute > 59) return false;
  time.tm_hour = *hour;
  time.tm_min = *minute;
  if (!reader.accept(":")) return true;
  const auto second = reader.digits(2);
  if (!second || *second > 60) return false;
  time.tm_sec = *second;
  return true;
}

std::optional<Timestamp> parse_date(std::string_view text) {
  Reader reader(text);
  const auto year = reader.digits(4);
  if (!year || !reader.accept("-")) return std::nullopt;
  const auto month = reader.digits(2);
  if (!month || *month < 1 || *month > 12 || !reader.accept("-")) return std::nullopt;
  const auto day = reader.digits(2);
  if (!day || *day < 1 || *day > 31) return std::nullopt;
  tm time{};
  time.tm_year = *year - 1900;
  time.tm_mon = *month - 1;
  time.tm_mday = *day;
  time.tm_isdst = -1;
  if (!reader.at_end() && (reader.accept("T") || reader.accept(" ")) && !parse_clock(reader, time))
    return std::nullopt;
  std::optional<std::int64_t> zone;
  if (!reader.at_end()) {
    reader.accept(" ");
    zone = parse_zone(reader);
    if (!zone || !reader.at_end()) return std::nullopt;
  }
  const int wanted = time.tm_mday;
  const std::int64_t seconds = zone ? ::timegm(&time) - *zone : ::mktime(&time);
  if (time.tm_mday != wanted) return std::nullopt;  // such as 30 February
  return Timestamp{seconds, 0};
}

Timestamp start_of_day(Timestamp now) {
  const time_t seconds = now.seconds;
  tm time{};
  ::localtime_r(&seconds, &time);
  time.tm_hour = time.tm_min = time.tm_sec = 0;
  time.tm_isdst = -1;
  return {::mktime(&time), 0};
}

}  // namespace

std::optional<Timestamp> parse_moment(std::string_view text, Timestamp now) {
  if (text == "now") return now;
  if (text == "today") return start_of_day(now);
  if (text == "yesterday") return Timestamp{now.seconds - kDay, now.nanoseconds};
  if (text.starts_with('@')) {
    const auto seconds = Reader::number_of(text.substr(1));
    if (!seconds) return std::nullopt;
    return Timestamp{*seconds, 0};
  }
  if (const auto ago = parse_ago(text, now)) return ago;
  return parse_date(text);
}

std::string moment_text(Timestamp moment) {
  const time_t seconds = moment.seconds;
  tm time{};
  ::localtime_r(&seconds, &time);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &time)};
}

}  // namespace roar::plumbing
