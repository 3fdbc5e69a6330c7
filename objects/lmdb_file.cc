#include "objects/lmdb_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file.h"

namespace roar {
namespace {

// Offsets in a meta page of LMDB 0.9 on a 64-bit machine: a page header, then the meta data.
constexpr std::size_t kMagicOffset = 16;
constexpr std::size_t kPageSizeOffset = 40;
constexpr std::size_t kLastPageOffset = 136;
constexpr std::size_t kTransactionOffset = 144;
constexpr std::size_t kMetaSize = 152;
constexpr std::uint32_t kMagic = 0xBEEFC0DE;
constexpr std::uint64_t kPageSizeMax = 65'536;

template <typename Number>
Number number_at(const std::array<char, kMetaSize>& bytes, std::size_t offset) noexcept {
  Number number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

struct Meta {
  std::uint64_t page_size;
  std::uint64_t last_page;
  std::uint64_t transaction;
};

std::optional<Meta> read_meta(int fd, std::uint64_t offset) {
  std::array<char, kMetaSize> bytes;
  const ssize_t n = ::pread(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (n != static_cast<ssize_t>(bytes.size())) return std::nullopt;
  if (number_at<std::uint32_t>(bytes, kMagicOffset) != kMagic) return std::nullopt;
  const Meta meta{number_at<std::uint32_t>(bytes, kPageSizeOffset),
                  number_at<std::uint64_t>(bytes, kLastPageOffset),
                  number_at<std::uint64_t>(bytes, kTransactionOffset)};
  if (meta.page_size == 0 || meta.page_size > kPageSizeMax) return std::nullopt;
  return meta;
}

constexpr std::array<std::pair<std::uint32_t, std::string_view>, 12> kNetworkFileSystems{{
    {0x6969, "nfs"},
    {0x517B, "smb"},
    {0xFF534D42, "cifs"},
    {0xFE534D42, "smb2"},
    {0x01021997, "9p"},
    {0x5346414F, "afs"},
    {0x6B414653, "afs"},
    {0x73757245, "coda"},
    {0x00C36400, "ceph"},
    {0x0BD00BD0, "lustre"},
    {0x19830326, "beegfs"},
    {0x47504653, "gpfs"},
}};
constexpr std::array<std::string_view, 7> kNetworkFuse = {
    "fuse.sshfs",  "fuse.s3fs",      "fuse.rclone", "fuse.gcsfuse",
    "fuse.goofys", "fuse.glusterfs", "fuse.cephfs"};
constexpr std::uint32_t kFuseMagic = 0x65735546;

// FUSE is one magic number for local and remote file systems alike; the mount table knows more.
std::string_view network_fuse(const std::filesystem::path& directory) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) return {};
  const std::string device =
      " " + std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev)) + " ";
  const std::string mounts = read_file("/proc/self/mountinfo").value_or("");
  for (std::size_t start = 0; start < mounts.size();) {
    const std::size_t end = std::min(mounts.find('\n', start), mounts.size());
    const std::string_view line = std::string_view(mounts).substr(start, end - start);
    start = end + 1;
    const std::size_t separator = line.find(" - ");
    if (line.find(device) > separator || separator == std::string_view::npos) continue;
    const std::string_view rest = line.substr(separator + 3);
    const std::string_view type = rest.substr(0, rest.find(' '));
    const auto* const found = std::ranges::find(kNetworkFuse, type);
    if (found != kNetworkFuse.end()) return *found;
  }
  return {};
}

}  // namespace

LmdbFileCheck check_lmdb_file(const std::filesystem::path& file) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw_errno(errno, "open", file.string());
  LmdbFileCheck check;
  if (const std::optional<Meta> first = read_meta(fd.get(), 0)) {
    const std::optional<Meta> second = read_meta(fd.get(), first->page_size);
    const Meta& newer = second && second->transaction > first->transaction ? *second : *first;
    // There are two meta pages before anything else.
    check.wanted = newer.page_size * std::max<std::uint64_t>(newer.last_page + 1, 2);
  }
  // Last, because another process may be writing: the file grows before its meta pages say so.
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw_errno(errno, "look at", file.string());
  check.size = static_cast<std::uint64_t>(status.st_size);
  return check;
}

std::string_view network_file_system_name(std::uint32_t magic) noexcept {
  for (const auto& [number, name] : kNetworkFileSystems)
    if (number == magic) return name;
  return {};
}

std::string_view network_file_system(const std::filesystem::path& directory) {
  struct statfs status {};
  if (::statfs(directory.c_str(), &status) != 0) throw_errno(errno, "look at", directory.string());
  const auto magic = static_cast<std::uint32_t>(status.f_type);
  return magic == kFuseMagic ? network_fuse(directory) : network_file_system_name(magic);
}

}  // namespace roar
