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
  return ::secure_getenv(name);
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

std::string progress_text(const Work& work, const Amount& amount, double per_second,
                          std::size_t columns) {
  std::vector<std::string> parts;
  parts.push_back(std::string(work.verb) + " " + std::to_string(amount.files) + " of " +
                  std::to_string(amount.all_files) + " " + std::string(work.unit) +
                  (amount.all_files == 1 ? "" : "s"));
  const bool by_bytes = amount.all_bytes > 0;
  const std::uint64_t done = by_bytes ? amount.bytes : amount.files;
  const std::uint64_t all = by_bytes ? amount.all_bytes : amount.all_files;
  if (by_bytes) parts.push_back(size_text(done) + " of " + size_text(all));
  if (per_second >= 1) {
    const auto rate = static_cast<std::uint64_t>(per_second);
    parts.push_back((by_bytes ? size_text(rate) : std::to_string(rate)) + "/s");
    parts.push_back(left_text(static_cast<double>(all - std::min(done, all)) / per_second) +
                    " left");
  }
  std::string text;
  for (const std::string& part : parts) {
    const std::string longer = text.empty() ? part : text + " · " + part;
    if (columns_of(longer) > columns) break;
    text = longer;
  }
  return text;
}

Progress::Progress(int descriptor, Work work)
    : descriptor_(descriptor), work_(work), is_terminal_(::isatty(descriptor) == 1) {
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

double Progress::rate(std::int64_t now, std::uint64_t done) {
  samples_.push_back({now, done});
  while (samples_.size() > 2 && now - samples_.front().time_ns > kRateNs) samples_.pop_front();
  const std::int64_t passed = now - samples_.front().time_ns;
  if (passed <= 0 || done <= samples_.front().done) return 0;
  return static_cast<double>(done - samples_.front().done) * static_cast<double>(kSecond) /
         static_cast<double>(passed);
}

void Progress::show(const Amount& amount) {
  if (!is_terminal_) return;
  const std::int64_t now = now_ns();
  const std::uint64_t done = amount.all_bytes > 0 ? amount.bytes : amount.files;
  if (begun_ns_ == 0) {
    begun_ns_ = now;
    samples_.push_back({now, done});
  }
  if (now - begun_ns_ < kDelayNs || now - drawn_ns_ < kStepNs) return;
  drawn_ns_ = now;
  const double speed = rate(now, done);
  if (::tcgetpgrp(descriptor_) != ::getpgrp()) return;
  constexpr std::string_view kPrefix = "roar: ";
  const std::size_t width = columns();
  // The last column stays free: some terminals begin a new line as soon as it is filled.
  if (width < kPrefix.size() + 2) return;
  const std::string text = progress_text(work_, amount, speed, width - 1 - kPrefix.size());
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
