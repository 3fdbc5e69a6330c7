#include "plumbing/roar_db_copy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/file_stamp.h"

namespace roar::plumbing {
namespace {

// The write-ahead log, or the journal of an unfinished transaction. The third file, shared memory,
// is made anew.
constexpr std::array<std::string_view, 3> kSuffixes{"", "-wal", "-journal"};

std::optional<FileStamp> stamp_at(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return stamp_of(status);
  if (errno == ENOENT) return std::nullopt;
  throw_errno(errno, "look at", path.string());
}

using Stamps = std::array<std::optional<FileStamp>, kSuffixes.size()>;

Stamps stamps_of(const std::filesystem::path& file) {
  Stamps stamps;
  for (std::size_t i = 0; i < kSuffixes.size(); ++i)
    stamps[i] = stamp_at(file.string() + std::string(kSuffixes[i]));
  return stamps;
}

// Whether a process holds a lock that excludes readers, or is writing: the bytes that SQLite locks
// for that (its "File Locking And Concurrency", and WAL_WRITE_LOCK in the shared memory).
bool is_locked(const std::filesystem::path& file, off_t start, off_t length) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return false;
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = length;
  return ::fcntl(fd.get(), F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool is_being_written(const std::filesystem::path& file) {
  constexpr off_t kPendingByte = 0x40000000;
  constexpr off_t kLockBytes = 512;
  constexpr off_t kWalWriteLock = 120;
  return is_locked(file, kPendingByte, kLockBytes) ||
         is_locked(file.string() + "-shm", kWalWriteLock, 1);
}

void copy_if_there(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
  if (error == std::errc::no_such_file_or_directory) return;
  if (error) throw_errno(error.value(), "copy", from.string());
  constexpr mode_t kMode = 0600;
  ::chmod(to.c_str(), kMode);
}

}  // namespace

RoarDbCopy::RoarDbCopy(const std::filesystem::path& file, const std::filesystem::path& scratch) {
  if (!stamp_at(file)) {
    throw Error(Errc::NotFound, "there is no database '" + file.string() + "'");
  }
  std::string name = (scratch / "import-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw_errno(errno, "create", name);
  directory_ = name;
  constexpr int kAttempts = 3;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Stamps before = stamps_of(file);
    if (is_being_written(file)) continue;
    for (const std::string_view suffix : kSuffixes)
      copy_if_there(file.string() + std::string(suffix),
                    directory_ / ("roar.db" + std::string(suffix)));
    if (stamps_of(file) == before) return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
  throw Error(Errc::Conflict, "the database '" + file.string() +
                                  "' is locked: a process is writing to it\nhint: try again when "
                                  "it has ended");
}

RoarDbCopy::~RoarDbCopy() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace roar::plumbing
