#include "porcelain/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "plumbing/quote.h"
#include "plumbing/steps.h"

namespace roar::porcelain {
namespace {

std::string with_one_decimal(double value) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.1f", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace

std::string duration_text(std::int64_t nanoseconds) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  constexpr std::int64_t kTenth = 100 * kMillisecond;
  if (nanoseconds < kTenth) {
    const std::int64_t rounded = (nanoseconds + kMillisecond / 2) / kMillisecond;
    return std::to_string(std::max<std::int64_t>(1, rounded)) + "ms";
  }
  return with_one_decimal(static_cast<double>(nanoseconds) / 1e9) + "s";
}

std::string age_text(Timestamp then, Timestamp now) {
  const std::int64_t seconds = now.seconds - then.seconds;
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  constexpr std::int64_t kMonth = 30 * kDay;
  if (seconds < kMinute) return "just now";
  if (seconds < kHour) return std::to_string(seconds / kMinute) + "m ago";
  if (seconds < kDay) return std::to_string(seconds / kHour) + "h ago";
  if (seconds < kMonth) return std::to_string(seconds / kDay) + "d ago";
  return std::to_string(seconds / kMonth) + "mo ago";
}

std::string time_text(Timestamp time) {
  const std::time_t seconds = time.seconds;
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string count_text(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return std::to_string(count) + " " + std::string(count == 1 ? singular : plural);
}

std::string count_text(std::uint64_t count, std::string_view singular) {
  return std::to_string(count) + " " + std::string(singular) + (count == 1 ? "" : "s");
}

std::string command_text(std::span<const std::string> argv, std::size_t width) {
  std::string text = plumbing::quoted_for_shell(argv);
  if (width == 0 || text.size() <= width) return text;
  std::size_t end = width - 3;
  // Not through the middle of a UTF-8 sequence.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::string exit_text(const JobExit& exit) {
  std::string text = exit.signal != 0 ? "signal " + std::to_string(exit.signal)
                                      : "exit " + std::to_string(exit.code);
  if (exit.unknown) text = "exit unknown";
  if (exit.core) text += ", core dumped";
  return exit.interrupted ? text + ", interrupted" : text;
}

std::string job_reference(const plumbing::JobSummary& job) {
  return job.step ? plumbing::step_reference(job.step->kind, job.step->number) : job.short_uid;
}

}  // namespace roar::porcelain
