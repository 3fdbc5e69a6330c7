#include "plumbing/clone_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace roar::plumbing {
namespace {

// Asked before a file is made for nothing.
bool may_clone(int descriptor) noexcept {
  struct ::statfs status {};
  return ::fstatfs(descriptor, &status) == 0 &&
         (status.f_type == BTRFS_SUPER_MAGIC || status.f_type == XFS_SUPER_MAGIC);
}

}  // namespace

Fd clone_file(int descriptor) {
  if (!may_clone(descriptor)) return {};
  std::error_code failed;
  const auto path =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), failed);
  if (failed) return {};
  Fd copy(::open(path.parent_path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!copy || ::ioctl(copy.get(), FICLONE, descriptor) != 0) return {};
  return copy;
}

}  // namespace roar::plumbing
