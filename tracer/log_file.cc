#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "objects/base/error.h"
#include "tracer/log.h"

// Logs in files: how they come to be, and how they are found again.

namespace roar::tracer {
namespace {

using wire::LogHeader;

constexpr std::uint64_t kSmallestRoom = std::uint64_t{256} << 20;

// The directory, if it is this user's alone: others could put a log of theirs in place of ours.
Fd private_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) throw_errno(errno, "create", path);
  Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct ::stat status {};
  if (!directory || ::fstat(directory.get(), &status) != 0) throw_errno(errno, "open", path);
  if (status.st_uid != ::geteuid() || (status.st_mode & 077) != 0)
    throw Error(Errc::Io, "cannot use '" + path + "': it is not this user's alone");
  return directory;
}

// Most containers have 64 MiB of /dev/shm, which is too little for what a large job does.
void require_room(int directory, const std::string& path) {
  struct ::statvfs status {};
  if (::fstatvfs(directory, &status) != 0) throw_errno(errno, "look at", path);
  const std::uint64_t size = status.f_blocks * status.f_frsize;
  if (size != 0 && size < kSmallestRoom)
    throw Error(Errc::Io, "cannot use '" + path + "': it is too small");
}

void write_all(int fd, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(errno, "write", "trace log");
    bytes.remove_prefix(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

std::string read_from(int fd, std::uint64_t offset, std::uint64_t size) {
  std::string bytes(size, '\0');
  for (std::size_t got = 0; got < size;) {
    const ssize_t n = ::pread(fd, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(errno, "read", "trace log");
    if (n == 0) throw Error(Errc::Corrupt, "trace log is cut off");
    got += static_cast<std::size_t>(n);
  }
  return bytes;
}

}  // namespace

Log::Log(const Place& place, std::string_view note)
    : file_(place.directory + "/" + place.name), note_(note) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY)
    throw Error(Errc::Io, "cannot create a trace log: the size of files is limited");
  const Fd directory = private_directory(place.directory);
  require_room(directory.get(), place.directory);
  // Without a name until it is whole: nobody else must see it unlocked.
  fd_ = Fd(::openat(directory.get(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd_) throw_errno(errno, "create", file_);
  if (::ftruncate(fd_.get(), static_cast<off_t>(wire::kLogBytes)) != 0)
    throw_errno(errno, "size", file_);
  write_all(fd_.get(), note, wire::kLogBytes);
  if (!map(wire::kLogBytes)) throw_errno(errno, "map", file_);
  constexpr std::uint64_t kFirstRecords = 12'288;
  if (::madvise(memory_, wire::kBackedVersions, MADV_POPULATE_WRITE) != 0 ||
      ::madvise(memory_ + wire::kFirstRecord, kFirstRecords, MADV_POPULATE_WRITE) != 0)
    throw_errno(errno, "make room in", file_);
  begin(wire::kFirstRecord + kFirstRecords);
  const std::string own = "/proc/self/fd/" + std::to_string(fd_.get());
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0 ||
      ::linkat(AT_FDCWD, own.c_str(), directory.get(), place.name.c_str(), AT_SYMLINK_FOLLOW) != 0)
    throw_errno(errno, "name", file_);
}

Log::Log(const std::string& file)
    : fd_(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)), file_(file) {
  if (!fd_ && errno == ENOENT) throw Error(Errc::Conflict, "'" + file + "' was removed");
  if (!fd_) throw_errno(errno, "open", file);
  if (::flock(fd_.get(), LOCK_EX | LOCK_NB) != 0)
    throw Error(Errc::Conflict, "'" + file + "' is in use");
  struct ::stat status {};
  if (::fstat(fd_.get(), &status) != 0) throw_errno(errno, "look at", file);
  if (status.st_nlink == 0) throw Error(Errc::Conflict, "'" + file + "' was removed");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  LogHeader header{};
  std::array<char, sizeof(LogHeader)> bytes;
  if (::pread(fd_.get(), bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw Error(Errc::Corrupt, "'" + file + "' is no trace log");
  std::memcpy(static_cast<void*>(&header), bytes.data(), bytes.size());
  if (header.magic == wire::kMagic && header.version != wire::kVersion)
    throw Error(Errc::Unsupported, "'" + file + "' was written by another version of roar");
  if (!S_ISREG(status.st_mode) || header.magic != wire::kMagic ||
      header.capacity < wire::kFirstRecord || header.capacity > wire::kLogBytes ||
      header.capacity > size || size - header.capacity > wire::kLogBytes)
    throw Error(Errc::Corrupt, "'" + file + "' is no trace log");
  note_ = read_from(fd_.get(), header.capacity, size - header.capacity);
  if (!map(header.capacity)) throw_errno(errno, "map", file);
}

void Log::remove_file() noexcept {
  if (!file_.empty()) ::unlink(file_.c_str());
}

void Log::set_backend(Backend backend) noexcept {
  reinterpret_cast<LogHeader*>(memory_)->backend = static_cast<std::uint32_t>(backend);
}

void Log::set_end(const ExitState& exit, Timestamp when) noexcept {
  auto* header = reinterpret_cast<LogHeader*>(memory_);
  header->exit_code = exit.code;
  header->exit_signal = exit.signal;
  header->core_dumped = exit.core_dumped ? 1 : 0;
  header->ended_ns.store(
      static_cast<std::uint64_t>(when.seconds) * 1'000'000'000 + when.nanoseconds,
      std::memory_order_release);
}

Backend Log::backend() const noexcept {
  const auto* header = reinterpret_cast<const LogHeader*>(memory_);
  const std::uint32_t number = header->backend;
  return number <= static_cast<std::uint32_t>(Backend::PreloadNotify) ? static_cast<Backend>(number)
                                                                      : Backend::Preload;
}

std::optional<Log::End> Log::end() const noexcept {
  const auto* header = reinterpret_cast<const LogHeader*>(memory_);
  const std::uint64_t when = header->ended_ns.load(std::memory_order_acquire);
  if (when == 0) return std::nullopt;
  return End{.exit = {.code = header->exit_code,
                      .signal = header->exit_signal,
                      .core_dumped = header->core_dumped != 0},
             .when = {static_cast<std::int64_t>(when / 1'000'000'000),
                      static_cast<std::uint32_t>(when % 1'000'000'000)}};
}

}  // namespace roar::tracer
