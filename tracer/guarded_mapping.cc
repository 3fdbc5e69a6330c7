#include "tracer/guarded_mapping.h"

#include <signal.h>
#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <mutex>
#include <utility>

namespace roar::tracer {
namespace {

constexpr std::uintptr_t kPage = 4096;

// What the handler knows. A process has one log, and for a moment those of others that it imports.
struct Guarded {
  std::atomic<std::uintptr_t> first = 0;  // 0: free
  std::atomic<std::uintptr_t> end = 0;
  std::atomic<bool> cut = false;
};
constinit std::array<Guarded, 8> guarded{};
struct sigaction before {};

Guarded* guarded_at(std::uintptr_t address) noexcept {
  for (Guarded& one : guarded) {
    const std::uintptr_t first = one.first;
    if (first != 0 && address >= first && address < one.end) return &one;
  }
  return nullptr;
}

void put_zeros(int /*signal*/, siginfo_t* info, void* /*context*/) noexcept {
  const int kept = errno;
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  Guarded* const one = guarded_at(address);
  void* const page = static_cast<std::byte*>(info->si_addr) - address % kPage;
  if (one == nullptr || ::mmap(page, kPage, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
    ::sigaction(SIGBUS, &before, nullptr);  // the fault comes again, and finds that
  } else {
    one->cut = true;
  }
  errno = kept;
}

void install_handler() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    if (::sigaction(SIGBUS, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) return;
    struct sigaction action {};
    action.sa_sigaction = put_zeros;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, nullptr);
  });
}

void guard(std::byte* data, std::size_t size) noexcept {
  for (Guarded& one : guarded) {
    std::uintptr_t free = 0;
    // The end first would be another's; between the two nothing of it is touched.
    if (!one.first.compare_exchange_strong(free, reinterpret_cast<std::uintptr_t>(data))) continue;
    one.cut = false;
    one.end = reinterpret_cast<std::uintptr_t>(data) + size;
    return;
  }
}

}  // namespace

GuardedMapping::GuardedMapping(int fd, std::size_t size) noexcept {
  const int flags = MAP_SHARED | MAP_NORESERVE | (fd < 0 ? MAP_ANONYMOUS : 0);
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (memory == MAP_FAILED) return;
  data_ = static_cast<std::byte*>(memory);
  size_ = size;
  install_handler();
  guard(data_, size_);
}

GuardedMapping::~GuardedMapping() {
  if (data_ == nullptr) return;
  if (Guarded* const one = guarded_at(reinterpret_cast<std::uintptr_t>(data_))) {
    one->end = 0;
    one->first = 0;
  }
  ::munmap(data_, size_);
}

GuardedMapping::GuardedMapping(GuardedMapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

GuardedMapping& GuardedMapping::operator=(GuardedMapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

bool GuardedMapping::was_cut() const noexcept {
  const Guarded* const one = guarded_at(reinterpret_cast<std::uintptr_t>(data_));
  return one != nullptr && one->cut;
}

}  // namespace roar::tracer
