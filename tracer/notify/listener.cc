#include "tracer/notify/listener.h"

#include <poll.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <utility>

namespace roar::tracer {
namespace {

// Of Linux 6.6, newer than our headers: the caller runs on our processor when we wait again.
#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif

}  // namespace

Listener::Listener(Fd fd) noexcept : fd_(std::move(fd)) {
  // An older kernel is only slower.
  ::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
}

Listener::Event Listener::wait(std::int64_t timeout_us) const noexcept {
  const timespec timeout{timeout_us / 1'000'000, timeout_us % 1'000'000 * 1'000};
  for (;;) {
    pollfd state{fd_.get(), POLLIN, 0};
    const int ready = ::ppoll(&state, 1, timeout_us < 0 ? nullptr : &timeout, nullptr);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return Event::Quiet;
    if (ready > 0 && (state.revents & POLLIN) != 0) return Event::Call;
    return Event::Ended;
  }
}

bool Listener::receive(seccomp_notif& call) const noexcept {
  call = {};
  while (::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_RECV, &call) != 0)
    if (errno != EINTR) return false;
  return true;
}

bool Listener::waits(const seccomp_notif& call) const noexcept {
  std::uint64_t id = call.id;
  return ::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

void Listener::resume(const seccomp_notif& call) const noexcept {
  seccomp_notif_resp answer{};
  answer.id = call.id;
  answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

}  // namespace roar::tracer
