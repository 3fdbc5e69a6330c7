#include "plumbing/resident_file.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>

#include "objects/blake3.h"
#include "objects/lmdb_file.h"

namespace roar::plumbing {
namespace {

constexpr std::uint32_t kFuseMagic = 0x65735546;
constexpr std::uint64_t kSmallestPage = 4096;

bool may_unmount() noexcept {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  return ::syscall(SYS_capget, &header, data.data()) != 0 ||
         (data[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

std::optional<std::uint64_t> mount_of(int descriptor, const char* path) noexcept {
  struct ::statx status {};
  if (::statx(descriptor, path, AT_EMPTY_PATH, STATX_MNT_ID, &status) != 0 ||
      (status.stx_mask & STATX_MNT_ID) == 0)
    return std::nullopt;
  return status.stx_mnt_id;
}

bool is_on_busy_mount(int descriptor) noexcept {
  const auto mount = mount_of(descriptor, "");
  return mount && (mount == mount_of(AT_FDCWD, "/") || mount == mount_of(AT_FDCWD, "."));
}

bool is_far_away(int descriptor) noexcept {
  struct ::statfs status {};
  if (::fstatfs(descriptor, &status) != 0) return true;
  const auto magic = static_cast<std::uint32_t>(status.f_type);
  return magic == kFuseMagic || !network_file_system_name(magic).empty();
}

// Else mincore(2) says that all of it is.
bool tells_what_is_in_memory(const std::string& path, const struct ::stat& status) noexcept {
  return ::geteuid() == 0 || status.st_uid == ::geteuid() ||
         ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

// Looked at before it is opened for reading, which could wait for something or start it.
Fd open_version(const tracer::LargeInput& input) {
  const Fd found(::open(input.path.c_str(), O_PATH | O_CLOEXEC));
  struct ::stat status {};
  if (!found || ::fstat(found.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      stamp_of(status) != input.stamp || is_far_away(found.get()) ||
      (may_unmount() && !is_on_busy_mount(found.get())))
    return {};
  const std::string same = "/proc/self/fd/" + std::to_string(found.get());
  if (!tells_what_is_in_memory(same, status)) return {};
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  Fd file(::open(same.c_str(), kFlags | O_NOATIME));
  if (!file && errno == EPERM) file = Fd(::open(same.c_str(), kFlags));
  return file;
}

}  // namespace

ResidentFile::ResidentFile(const tracer::LargeInput& input)
    : stamp_(input.stamp), file_(open_version(input)) {
  if (!file_) return;
  ::posix_fadvise(file_.get(), 0, 0, POSIX_FADV_NOREUSE);
  memory_ = ::mmap(nullptr, stamp_.size, PROT_NONE, MAP_SHARED, file_.get(), 0);
  if (memory_ == MAP_FAILED) file_.reset();
}

ResidentFile::~ResidentFile() {
  if (file_) ::munmap(memory_, stamp_.size);
}

bool ResidentFile::has(std::uint64_t offset, std::size_t size) const noexcept {
  std::array<unsigned char, kBlake3PieceSize / kSmallestPage> there{};
  if (::mincore(static_cast<char*>(memory_) + offset, size, there.data()) != 0) return false;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto end = there.begin() + static_cast<std::ptrdiff_t>((size + page - 1) / page);
  return std::all_of(there.begin(), end, [](unsigned char one) { return (one & 1U) != 0; });
}

bool ResidentFile::read(std::uint64_t offset, std::size_t size, char* buffer) const noexcept {
  if (!has(offset, size)) return false;
  std::size_t done = 0;
  int flags = RWF_NOWAIT;  // should it have gone from memory just now
  while (done < size) {
    const iovec room{buffer + done, size - done};
    const ssize_t got = ::preadv2(file_.get(), &room, 1, static_cast<off_t>(offset + done), flags);
    if (got < 0 && errno == EOPNOTSUPP && flags != 0) {
      flags = 0;
    } else if (got > 0) {
      done += static_cast<std::size_t>(got);
    } else {
      return false;
    }
  }
  return true;
}

bool ResidentFile::is_unchanged() const noexcept {
  struct ::stat status {};
  return ::fstat(file_.get(), &status) == 0 && stamp_of(status) == stamp_;
}

}  // namespace roar::plumbing
