#include <stdio.h>
#include <unistd.h>

#include "tracer/preload/descriptors.h"
#include "tracer/preload/facts.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"
#include "tracer/preload/system_call.h"

#pragma weak fileno

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global
namespace wire = roar::tracer::wire;

// Inside stdio, reads and writes reach no hook. So a stream is looked at when it is opened, when it
// is closed and at the end of the process.

namespace {

int flags_of_mode(const char* mode) {
  int flags = O_RDONLY;
  if (mode == nullptr) return flags;
  if (mode[0] == 'w') flags = O_WRONLY | O_CREAT | O_TRUNC;
  if (mode[0] == 'a') flags = O_WRONLY | O_CREAT | O_APPEND;
  for (const char* letter = mode + 1; mode[0] != '\0' && *letter != '\0' && *letter != ',';
       ++letter) {
    if (*letter == '+') flags = (flags & ~O_ACCMODE) | O_RDWR;
    if (*letter == 'x') flags |= O_EXCL;
    if (*letter == 'e') flags |= O_CLOEXEC;
  }
  return flags;
}

int descriptor_of(FILE* stream) {
  if (stream == nullptr || fileno == nullptr) return -1;
  const KeepErrno keep;
  return fileno(stream);
}

FILE* opened(const Opening& opening, FILE* stream) {
  opening.done(descriptor_of(stream), kStream);
  return stream;
}

// Closing flushes: so whether an existing file was written is seen only afterwards, through a
// descriptor that outlives the stream.
class Closing {
 public:
  explicit Closing(FILE* stream) : fd_(descriptor_of(stream)) {
    if (fd_ < 0 || !trackable(fd_)) {
      fd_ = -1;
      return;
    }
    entry_ = descriptor_entry(fd_);
    place_ = place_of(entry_);
    if (place_ == 0) return;
    if ((entry_ & kReadable) != 0 && feof_unlocked(stream) != 0) touch(fd_, wire::kTouchedRead);
    settle_descriptor(fd_, true);
    if (doubtful()) second_ = static_cast<int>(system_call(SYS_fcntl, fd_, F_DUPFD_CLOEXEC, 3));
  }

  void done() const {
    if (fd_ >= 0 && doubtful()) settle_writes();
  }

  // Before the call: afterwards the number may already be someone else's.
  void forget() const {
    if (fd_ >= 0) forget_descriptor(fd_);
  }

 private:
  // A file that was truncated when it was opened is an output anyway.
  bool doubtful() const {
    if (place_ == 0 || (entry_ & kWritable) == 0) return false;
    const wire::Record* record = peek(place_);
    return record == nullptr || (record->open_flags & O_TRUNC) == 0;
  }

  void settle_writes() const {
    const wire::Record* record = peek(place_);
    struct stat status {};
    const bool known = record != nullptr && second_ >= 0 && stat_descriptor(second_, status);
    if (!known || status.st_size != static_cast<off_t>(record->stamp.size) ||
        status.st_mtim.tv_sec != record->stamp.modified_s ||
        status.st_mtim.tv_nsec != record->stamp.modified_ns)
      set_touched(place_, wire::kTouchedWritten);
    if ((entry_ & kShared) == 0) set_touched(place_, wire::kTouchedSettled);
    if (second_ >= 0) system_call(SYS_close, second_);
  }

  int fd_;
  int second_ = -1;
  Entry entry_ = 0;
  Place place_ = 0;
};

FILE* reopened(const char* path, const char* mode, FILE* stream,
               FILE* (*next)(const char*, const char*, FILE*)) {
  const Closing closing(stream);
  closing.forget();
  if (path == nullptr) return next(path, mode, stream);
  const Opening opening({AT_FDCWD, path}, flags_of_mode(mode));
  FILE* result = next(path, mode, stream);
  closing.done();
  return opened(opening, result);
}

FILE* nameless(FILE* stream) {
  const int fd = descriptor_of(stream);
  if (fd >= 0 && recording()) ignore_descriptor(fd);
  return stream;
}

FILE* adopted(int fd, FILE* stream) {
  if (stream == nullptr || !recording()) return stream;
  if (trackable(fd) && descriptor_entry(fd) == 0) adopt(fd, 0);
  mark_stream(fd);
  return stream;
}

}  // namespace

ROAR_HOOK(FILE*, fopen, const char* path, const char* mode) {
  const Opening opening({AT_FDCWD, path}, flags_of_mode(mode));
  return opened(opening, ROAR_NEXT(fopen)(path, mode));
}

ROAR_HOOK(FILE*, fopen64, const char* path, const char* mode) {
  const Opening opening({AT_FDCWD, path}, flags_of_mode(mode));
  return opened(opening, ROAR_NEXT(fopen64)(path, mode));
}

ROAR_HOOK(FILE*, freopen, const char* path, const char* mode, FILE* stream) {
  return reopened(path, mode, stream, ROAR_NEXT(freopen));
}

ROAR_HOOK(FILE*, freopen64, const char* path, const char* mode, FILE* stream) {
  return reopened(path, mode, stream, ROAR_NEXT(freopen64));
}

ROAR_HOOK(FILE*, fdopen, int fd, const char* mode) {
  return adopted(fd, ROAR_NEXT(fdopen)(fd, mode));
}

ROAR_HOOK(FILE*, tmpfile, void) {
  const Covered covered(nullptr);
  return nameless(ROAR_NEXT(tmpfile)());
}

ROAR_HOOK(FILE*, tmpfile64, void) {
  const Covered covered(nullptr);
  return nameless(ROAR_NEXT(tmpfile64)());
}

ROAR_HOOK(int, fclose, FILE* stream) {
  const Closing closing(stream);
  closing.forget();
  const int result = ROAR_NEXT(fclose)(stream);
  closing.done();
  return result;
}
