#include <fcntl.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>

#include "objects/base/error.h"
#include "tracer/log.h"

// A log as a supervisor of a part of the job has it, and how the reader waits for those.

namespace roar::tracer {
namespace {

using wire::LogHeader;

std::int64_t now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Not what is left of it until its parent looks, either.
bool is_running(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t end = line.rfind(") ");
  return end != std::string::npos && line[end + 2] != 'Z' && line[end + 2] != 'X';
}

}  // namespace

Log::Log(Fd fd, std::uint64_t capacity) : fd_(std::move(fd)) {
  if (!map(capacity)) throw_errno(errno, "map", "trace log");
}

std::unique_ptr<Log> Log::attach(const std::string& address) {
  const std::size_t colon = address.find(':');
  Fd fd(::open(address.substr(0, colon).c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!fd && colon != std::string::npos)
    fd = Fd(::open(address.substr(colon + 1).c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!fd) throw_errno(errno, "open", address);
  LogHeader header{};
  std::array<char, sizeof(LogHeader)> bytes;
  if (::pread(fd.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw_errno(errno, "read", address);
  std::memcpy(static_cast<void*>(&header), bytes.data(), bytes.size());
  if (header.magic != wire::kMagic || header.version != wire::kVersion ||
      header.capacity < wire::kFirstRecord || header.capacity > wire::kLogBytes)
    throw Error(Errc::Io, "'" + address + "' is no trace log");
  // The constructor is for this function alone.
  return std::unique_ptr<Log>(new Log(std::move(fd), header.capacity));
}

void Log::count_dropped() noexcept {
  reinterpret_cast<LogHeader*>(memory_)->dropped.fetch_add(1, std::memory_order_relaxed);
}

void Log::enter_supervision() noexcept {
  auto* header = reinterpret_cast<LogHeader*>(memory_);
  header->supervisor.store(::getpid());
  header->supervisors.fetch_add(1);
}

void Log::leave_supervision() noexcept {
  auto* header = reinterpret_cast<LogHeader*>(memory_);
  if (header->supervisors.fetch_sub(1) == 1)
    ::syscall(SYS_futex, &header->supervisors, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

bool Log::has_lost_supervisor() const {
  const auto* header = reinterpret_cast<const LogHeader*>(memory_);
  return header->supervisors.load() != 0 && !is_running(header->supervisor.load());
}

bool Log::wait_for_supervisors(int grace_ms) const noexcept {
  auto* header = reinterpret_cast<LogHeader*>(memory_);
  const std::int64_t deadline = now_ns() + std::int64_t{grace_ms} * 1'000'000;
  for (;;) {
    const std::uint32_t count = header->supervisors.load();
    if (count == 0) return true;
    const std::int64_t left = deadline - now_ns();
    if (left <= 0) return false;
    const timespec wait{left / 1'000'000'000, left % 1'000'000'000};
    ::syscall(SYS_futex, &header->supervisors, FUTEX_WAIT, count, &wait, nullptr, 0);
  }
}

}  // namespace roar::tracer
