#include "objects/base/file_stamp.h"

#include <sys/stat.h>

namespace roar {

FileStamp stamp_of(const struct stat& status) noexcept {
  const auto timestamp = [](const timespec& time) {
    return Timestamp{time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)};
  };
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = static_cast<std::uint64_t>(status.st_size),
          .modified = timestamp(status.st_mtim),
          .changed = timestamp(status.st_ctim)};
}

}  // namespace roar
