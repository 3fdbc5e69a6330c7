#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include "tracer/preload/log_writer.h"
#include "tracer/preload/net.h"

namespace roar::tracer::preload {

// A path as the program gave it, relative to an open directory or to AT_FDCWD.
struct Spelling {
  int directory;
  const char* path;
};

// One call that opens a file: made before it, told of its result. What a call can destroy is looked
// at before. Neither half changes errno.
class Opening {
 public:
  Opening(Spelling spelling, int flags) noexcept;

  // A file that did not exist before the call, whose name the call chose.
  static void created(Spelling spelling, int flags, int fd) noexcept;

  // `fd` is the result; with -1, errno says why. `traits` are added to those of the flags.
  void done(int fd, std::uint32_t traits = 0) const noexcept;

 private:
  struct New {};
  Opening(Spelling spelling, int flags, New) noexcept;
  void failed() const noexcept;
  bool reuse(int fd, const struct stat& status, std::uint64_t slot_hash) const noexcept;
  void write(int fd, const struct stat& status, std::uint32_t traits) const noexcept;

  Spelling spelling_;
  int flags_;
  bool active_;
  bool probed_ = false;
  bool existed_ = false;
  struct stat before_;
  Covered covered_{spelling_.path};
};

// Facts about one or two names, after the call has succeeded.
void record_path(wire::Kind kind, Spelling spelling, const struct stat* before,
                 const struct stat* stamp) noexcept;
void record_paths(wire::Kind kind, Spelling from, Spelling to, const struct stat* before,
                  const struct stat* stamp) noexcept;

void record_link(Spelling from, Spelling to, const struct stat* stamp) noexcept;
void record_symlink(const char* target, Spelling to, const struct stat* stamp) noexcept;

// The directory behind a descriptor, or at a path, is read.
void record_listed(int fd) noexcept;

// The program is about to be executed by the caller. Its arguments are told too: it may be one that
// cannot do that itself.
Place record_exec(Spelling program, char* const* arguments) noexcept;

// Arguments in the form of the log, into `buffer`. Fewer than a program that starts tells of
// itself: most do.
constexpr std::size_t kArgumentBytes = 1024;
Text joined_arguments(char* const* arguments, char* buffer) noexcept;

// The arguments of this image.
void record_arguments(int count, char* const* arguments) noexcept;
// The same, as the kernel has them.
void record_arguments_of_kernel() noexcept;

// A process has ended, this one or a child that was waited for; `status` is that of wait(2).
void record_end(int pid, int status) noexcept;

void record_absent(Spelling spelling) noexcept;

// The directory that `spelling` is relative to, into `buffer` (of kDirectoryBytes), if the log
// could not tell it otherwise; else empty, with kRelative added to `flags` where that is so.
constexpr std::size_t kDirectoryBytes = 4096;
bool needs_directory(Spelling spelling) noexcept;
Text directory_of(Spelling spelling, char* buffer) noexcept;

}  // namespace roar::tracer::preload
