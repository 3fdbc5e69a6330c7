#include "tracer/group_witness.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <new>
#include <string_view>

namespace roar::tracer {
namespace {

constexpr std::int64_t kSameNs = 100'000'000;  // signals this close together are one sending
constexpr timespec kStep{.tv_sec = 0, .tv_nsec = 500'000};
constexpr int kSteps = 20;

std::int64_t now_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// The witness shares errno with the thread that made it, so it must not go through libc.
long wait_for_signal(const sigset_t* set) noexcept {
  long result = 0;
  register long size __asm__("r10") = 8;  // of the kernel's set
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(SYS_rt_sigtimedwait), "D"(set), "S"(nullptr), "d"(nullptr), "r"(size)
                   : "rcx", "r11", "memory");
  return result;
}

}  // namespace

int GroupWitness::watch(void* argument) noexcept {
  auto* const witness = static_cast<GroupWitness*>(argument);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // A parent that was killed before this would tell of it no more, and its locks are ours.
  if (::getppid() != witness->parent_) return 0;
  sigset_t all;
  sigfillset(&all);
  for (;;) {
    const long signal = wait_for_signal(&all);
    if (signal > 0 && signal < static_cast<long>(kSignals))
      witness->seen_ns_[static_cast<std::size_t>(signal)] = now_ns();
  }
  return 0;
}

void GroupWitness::start() noexcept {
  if (pid_ > 0) return;
  stack_.reset(new (std::nothrow) std::byte[kStackSize]);
  if (!stack_) return;
  parent_ = ::getpid();
  // No signal tells of its end: whoever waits for any child must not meet it.
  pid_ = ::clone(watch, stack_.get() + kStackSize, CLONE_VM | CLONE_FS | CLONE_FILES, this);
}

void GroupWitness::stop() noexcept {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  pid_ = 0;
}

bool GroupWitness::saw(int signal) const noexcept {
  if (pid_ <= 0) return false;
  const auto& seen = seen_ns_[static_cast<std::size_t>(signal)];
  for (int step = 0; step < kSteps; ++step) {
    if (seen != 0 && now_ns() - seen < kSameNs) return true;
    ::nanosleep(&kStep, nullptr);
  }
  return is_pending(signal);
}

// On a busy machine it may not have had its turn yet.
bool GroupWitness::is_pending(int signal) const noexcept {
  std::array<char, 32> path{"/proc/"};
  std::size_t length = std::string_view(path.data()).size();
  std::array<char, 12> digits{};
  std::size_t count = 0;
  for (pid_t rest = pid_; rest > 0; rest /= 10)
    digits[count++] = static_cast<char>('0' + rest % 10);
  while (count > 0) path[length++] = digits[--count];
  for (const char c : std::string_view("/status")) path[length++] = c;
  const int file = ::open(path.data(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  std::array<char, 4096> text{};
  const ssize_t size = ::read(file, text.data(), text.size());
  ::close(file);
  if (size <= 0) return false;
  const std::string_view status(text.data(), static_cast<std::size_t>(size));
  constexpr std::string_view kField = "ShdPnd:\t";  // 16 hexadecimal digits
  const std::size_t field = status.find(kField);
  if (field == std::string_view::npos || field + kField.size() + 16 > status.size()) return false;
  std::uint64_t pending = 0;
  for (const char c : status.substr(field + kField.size(), 16))
    pending = pending * 16 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return ((pending >> (signal - 1)) & 1U) != 0;
}

}  // namespace roar::tracer
