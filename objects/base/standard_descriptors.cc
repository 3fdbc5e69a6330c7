#include "objects/base/standard_descriptors.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace roar {

int open_standard_descriptors() noexcept {
  for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; ++standard) {
    if (::fcntl(standard, F_GETFD) >= 0) continue;
    // The lowest number that is free is this one.
    if (::open("/dev/null", O_RDWR | O_CLOEXEC) < 0 && ::open("/", O_PATH | O_CLOEXEC) < 0)
      return errno;
  }
  return 0;
}

}  // namespace roar
