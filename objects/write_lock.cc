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

// Its holder is the open file, not the process: threads are told apart, and closing another
// descriptor of the file lets nothing go.
bool try_lock(int fd) noexcept {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

bool is_taken(int error) noexcept {
  return error == EAGAIN || error == EACCES;
}

}  // namespace

WriteLock::WriteLock(const std::filesystem::path& directory, std::chrono::milliseconds patience) {
  constexpr mode_t kMode = 0666;  // less the umask, like LMDB's own
  constexpr std::chrono::milliseconds kLongestPause{20};
  const std::filesystem::path file = directory / "write.lock";
  Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode));
  if (!fd) return;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::chrono::microseconds pause{200};
  while (!try_lock(fd.get())) {
    if (!is_taken(errno)) return;
    if (std::chrono::steady_clock::now() >= deadline) {
      throw Error(Errc::Conflict, "cannot write to the store '" + directory.string() +
                                      "': another process has it locked for more than " +
                                      std::to_string(patience.count() / 1000) +
                                      " seconds; see who with 'fuser -v " + file.string() + "'");
    }
    std::this_thread::sleep_for(pause);
    pause = std::min<std::chrono::microseconds>(pause * 3 / 2, kLongestPause);
  }
  fd_ = std::move(fd);
}

}  // namespace roar
