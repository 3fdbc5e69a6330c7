#include "objects/base/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "objects/base/error.h"

namespace roar {

bool file_exists(const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR) throw_errno(errno, "look at", path.string());
  return false;
}

void make_directories(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw_errno(error.value(), "create directory", path.string());
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return std::nullopt;
  if (!fd) throw_errno(errno, "open", path.string());

  std::string content;
  std::array<char, 65'536> buffer;
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n == 0) return content;
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(errno, "read", path.string());
    content.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

std::string readable_content(const std::filesystem::path& path) {
  try {
    return read_file(path).value_or("");
  } catch (const Error&) {
    return {};
  }
}

std::string link_target(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path target = std::filesystem::read_symlink(path, error);
  return error ? std::string() : target.string();
}

AtomicFile::AtomicFile(std::filesystem::path path, mode_t mode)
    : path_(std::move(path)), temporary_((path_.parent_path() / "tmp-XXXXXX").string()) {
  // In the same directory because rename(2) is atomic only within one file system. O_TMPFILE would
  // leave no litter, but overlayfs and NFS do not have it.
  fd_ = Fd(::mkostemp(temporary_.data(), O_CLOEXEC));
  if (!fd_) throw_errno(errno, "create", std::exchange(temporary_, {}));
  if (::fchmod(fd_.get(), mode) != 0) {
    const int errnum = errno;
    ::unlink(temporary_.c_str());  // the destructor does not run when a constructor throws
    throw_errno(errnum, "set mode of", temporary_);
  }
}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_errno(errno, "write", temporary_);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void AtomicFile::commit() {
  if (::fsync(fd_.get()) != 0) throw_errno(errno, "sync", temporary_);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0)
    throw_errno(errno, "rename to", path_.string());
  temporary_.clear();

  const std::filesystem::path parent = path_.parent_path();
  const Fd directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) throw_errno(errno, "sync", parent.string());
}

}  // namespace roar
