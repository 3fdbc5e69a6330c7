#include "plumbing/lineage/store_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

#include "objects/base/file.h"

namespace roar::plumbing {

StoreWatch::StoreWatch(const Workspace& workspace)
    : directory_(workspace.store_directory()), generation_(generation()) {
  Fd events(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!events) return;
  std::string name = generation_;
  while (name.ends_with('\n')) name.pop_back();
  // LMDB writes its pages with pwrite(2); the next generation arrives by rename(2).
  const std::filesystem::path data = directory_ / name / "data.mdb";
  const bool watched =
      ::inotify_add_watch(events.get(), data.c_str(), IN_MODIFY) >= 0 &&
      ::inotify_add_watch(events.get(), directory_.c_str(), IN_MOVED_TO | IN_DELETE_SELF) >= 0;
  if (watched) events_ = std::move(events);
}

std::string StoreWatch::generation() const {
  return read_file(directory_ / "CURRENT").value_or(std::string());
}

bool StoreWatch::is_current() const {
  return generation() == generation_;
}

StoreWatch::Woken StoreWatch::wait(int out) {
  // LMDB tells its readers of a transaction after it has written it: so we look again soon, and
  // once more.
  constexpr int kSoon = 20;  // milliseconds
  constexpr int kLater = 1000;
  int timeout = -1;
  if (!events_ || looks_ == 1) timeout = kLater;
  if (looks_ > 1) timeout = kSoon;
  if (looks_ > 0) --looks_;
  std::array<pollfd, 2> polled{{{.fd = out, .events = 0, .revents = 0},
                                {.fd = events_.get(), .events = POLLIN, .revents = 0}}};
  const int ready = ::poll(polled.data(), polled.size(), timeout);
  if ((polled[0].revents & (POLLERR | POLLNVAL)) != 0) return Woken::ReaderGone;
  if (events_ && ready > 0) {
    looks_ = 2;
    alignas(inotify_event) std::array<char, 4096> ignored{};
    while (::read(events_.get(), ignored.data(), ignored.size()) > 0) continue;
  }
  return Woken::Written;
}

}  // namespace roar::plumbing
