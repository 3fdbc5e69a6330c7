#include "objects/write_lock.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include "objects/base/error.h"

namespace roar {
namespace {

// Bytes of the lock's file. Who waits for the lock has the turn meanwhile, and nobody comes to the
// lock but by the turn: a process that writes again and again lets others in between.
constexpr off_t kLockByte = 0;
constexpr off_t kTurnByte = 1;

// The holder is the open file, not the process: threads are told apart, and closing another
// descriptor of the file lets nothing go.
bool set_lock(int fd, off_t byte, short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

enum class Waited { Has, InVain, NoLocks };

Waited wait_for(int fd, off_t byte, std::chrono::steady_clock::time_point deadline) {
  constexpr std::chrono::milliseconds kLongestPause{20};
  std::chrono::microseconds pause{200};
  while (!set_lock(fd, byte, F_WRLCK)) {
    if (errno != EAGAIN && errno != EACCES) return Waited::NoLocks;
    if (std::chrono::steady_clock::now() >= deadline) return Waited::InVain;
    std::this_thread::sleep_for(pause);
    pause = std::min<std::chrono::microseconds>(pause * 3 / 2, kLongestPause);
  }
  return Waited::Has;
}

}  // namespace

WriteLock::WriteLock(const std::filesystem::path& directory, std::chrono::milliseconds patience) {
  constexpr mode_t kMode = 0666;  // less the umask, like LMDB's own
  const std::filesystem::path file = directory / "write.lock";
  Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode));
  if (!fd) return;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (const off_t byte : {kTurnByte, kLockByte}) {
    const Waited waited = wait_for(fd.get(), byte, deadline);
    if (waited == Waited::NoLocks) return;
    if (waited == Waited::InVain) {
      throw Error(Errc::Busy, "cannot write to the store '" + directory.string() +
                                  "': another process has it locked for more than " +
                                  std::to_string(patience.count() / 1000) +
                                  " seconds; see who with 'fuser -v " + file.string() + "'");
    }
  }
  set_lock(fd.get(), kTurnByte, F_UNLCK);
  fd_ = std::move(fd);
}

}  // namespace roar
