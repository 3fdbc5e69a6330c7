#include "plumbing/progress.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <vector>

namespace roar::plumbing {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDelayNs = kSecond / 2;
constexpr std::int64_t kStepNs = kSecond / 10;
constexpr std::int64_t kRateNs = 5 * kSecond;  // the rate is that of the last seconds
constexpr std::size_t kColumns = 80;

std::int64_t now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * kSecond + now.tv_nsec;
}

std::string with_one_decimal(double value) {
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 1);
  return {text.data(), end.ptr};
}

std::string left_text(double seconds) {
  constexpr std::uint64_t kMinute = 60;
  constexpr std::uint64_t kHour = 3600;
  constexpr std::uint64_t kDay = 24 * kHour;
  if (seconds > static_cast<double>(100 * kDay)) return "long";
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  const auto pair = [](std::uint64_t a, const char* unit, std::uint64_t b, const char* small) {
    return std::to_string(a) + unit + " " + std::to_string(b) + small;
  };
  if (whole < kMinute) return std::to_string(whole) + "s";
  if (whole < kHour) return pair(whole / kMinute, "m", whole % kMinute, "s");
  if (whole < kDay) return pair(whole / kHour, "h", whole % kHour / kMinute, "m");
  return pair(whole / kDay, "d", whole % kDay / kHour, "h");
}

// A character is all bytes up to the next that begins one; ours are all one column wide.
std::size_t columns_of(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

const char* variable(const char* name) noexcept {
  return ::getenv(name);  // NOLINT(concurrency-mt-unsafe): no one sets variables
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
  constexpr std::array kUnits{"KB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return with_one_decimal(value) + " " + kUnits[unit];
}

std::string progress_text(std::string_view what, const Amount& amount, double bytes_per_second,
                          std::size_t columns) {
  std::vector<std::string> parts;
  parts.push_back(std::string(what) + " " + std::to_string(amount.files) + " of " +
                  std::to_string(amount.all_files) + (amount.all_files == 1 ? " file" : " files"));
  if (amount.all_bytes > 0) {
    parts.push_back(size_text(amount.bytes) + " of " + size_text(amount.all_bytes));
    if (bytes_per_second >= 1) {
      parts.push_back(size_text(static_cast<std::uint64_t>(bytes_per_second)) + "/s");
      const std::uint64_t left = amount.all_bytes - std::min(amount.bytes, amount.all_bytes);
      parts.push_back(left_text(static_cast<double>(left) / bytes_per_second) + " left");
    }
  }
  std::string text;
  for (const std::string& part : parts) {
    const std::string longer = text.empty() ? part : text + " · " + part;
    if (columns_of(longer) > columns) break;
    text = longer;
  }
  return text;
}

Progress::Progress(int descriptor, std::string_view what)
    : descriptor_(descriptor), what_(what), is_terminal_(::isatty(descriptor) == 1) {
  const char* terminal = variable("TERM");
  is_dumb_ = terminal == nullptr || std::string_view(terminal) == "dumb" || *terminal == '\0';
}

Progress::~Progress() {
  clear();
}

// The window itself knows best; $COLUMNS is for those that do not.
std::size_t Progress::columns() const noexcept {
  winsize size{};
  if (::ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* text = variable("COLUMNS");
  const int value = text != nullptr ? std::atoi(text) : 0;
  return value > 0 ? static_cast<std::size_t>(value) : kColumns;
}

double Progress::rate(std::int64_t now, std::uint64_t bytes) {
  samples_.push_back({now, bytes});
  while (samples_.size() > 2 && now - samples_.front().time_ns > kRateNs) samples_.pop_front();
  const std::int64_t passed = now - samples_.front().time_ns;
  if (passed <= 0 || bytes <= samples_.front().bytes) return 0;
  return static_cast<double>(bytes - samples_.front().bytes) * static_cast<double>(kSecond) /
         static_cast<double>(passed);
}

void Progress::show(const Amount& amount) {
  if (!is_terminal_) return;
  const std::int64_t now = now_ns();
  if (begun_ns_ == 0) {
    begun_ns_ = now;
    samples_.push_back({now, amount.bytes});
  }
  if (now - begun_ns_ < kDelayNs || now - drawn_ns_ < kStepNs) return;
  drawn_ns_ = now;
  const double speed = rate(now, amount.bytes);
  if (::tcgetpgrp(descriptor_) != ::getpgrp()) return;
  constexpr std::string_view kPrefix = "roar: ";
  const std::size_t width = columns();
  // The last column stays free: some terminals begin a new line as soon as it is filled.
  if (width < kPrefix.size() + 2) return;
  const std::string text = progress_text(what_, amount, speed, width - 1 - kPrefix.size());
  if (text.empty()) return;
  const std::string line = std::string(kPrefix) + text;
  const std::size_t length = columns_of(line);
  std::string drawn = is_dumb_ ? "\r" : "\r\x1b[K";
  drawn += line;
  if (is_dumb_ && length < drawn_columns_) drawn.append(drawn_columns_ - length, ' ');
  draw(drawn);
  drawn_columns_ = length;
}

void Progress::clear() {
  if (drawn_columns_ == 0) return;
  draw(is_dumb_ ? "\r" + std::string(drawn_columns_, ' ') + "\r" : "\r\x1b[K");
  drawn_columns_ = 0;
}

void Progress::draw(std::string_view text) const {
  // What cannot be drawn is no loss.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, text.data(), text.size());
}

}  // namespace roar::plumbing
