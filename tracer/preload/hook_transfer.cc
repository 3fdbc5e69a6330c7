#include <aio.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/types.h>

#include "tracer/preload/descriptors.h"
#include "tracer/preload/hook.h"
#include "tracer/preload/image.h"

using namespace roar::tracer::preload;  // NOLINT(google-build-using-namespace): hooks are global
namespace wire = roar::tracer::wire;

namespace {

ssize_t transferred(int to, int from, ssize_t result) {
  if (result > 0) touch(to, wire::kTouchedWritten);
  if (result >= 0) touch(from, wire::kTouchedRead);
  return result;
}

int resized(int fd, off_t size, int result) {
  if (result != 0) return result;
  const Entry entry = descriptor_entry(fd);
  const auto touched = static_cast<std::uint32_t>(entry >> 32);
  touch(fd, size == 0 && touched == 0 ? wire::kTouchedTruncated | wire::kTouchedEmptied
                                      : std::uint32_t{wire::kTouchedTruncated});
  return result;
}

// Files that are mapped shared but not writable yet, although their descriptors are: mprotect can
// follow when those are long closed. A map that is gone may be counted as one that was written to.
struct SharedMap {
  std::atomic<std::uintptr_t> first;
  std::atomic<std::uintptr_t> last;
  std::atomic<Place> place;
};
constexpr unsigned kSharedMaps = 16;
constinit SharedMap shared_maps[kSharedMaps]{};
constinit std::atomic<unsigned> shared_map_count{0};

void remember_shared_map(const void* address, std::size_t size, int fd) {
  const Entry entry = descriptor_entry(fd);
  if ((entry & kWritable) == 0 || place_of(entry) == 0 || in_vfork_child()) return;
  SharedMap& map =
      shared_maps[shared_map_count.fetch_add(1, std::memory_order_relaxed) % kSharedMaps];
  map.place.store(0, std::memory_order_relaxed);
  map.first.store(reinterpret_cast<std::uintptr_t>(address), std::memory_order_relaxed);
  map.last.store(reinterpret_cast<std::uintptr_t>(address) + size, std::memory_order_relaxed);
  map.place.store(place_of(entry), std::memory_order_release);
}

void made_writable(const void* address, std::size_t size) {
  const auto first = reinterpret_cast<std::uintptr_t>(address);
  for (SharedMap& map : shared_maps) {
    const Place place = map.place.load(std::memory_order_acquire);
    if (place != 0 && first < map.last.load(std::memory_order_relaxed) &&
        first + size > map.first.load(std::memory_order_relaxed))
      set_touched(place, wire::kTouchedMappedWrite);
  }
}

void* mapped(void* address, std::size_t size, int protection, int flags, int fd) {
  if (address == MAP_FAILED || (flags & MAP_ANONYMOUS) != 0 || fd < 0) return address;
  const bool shared = (flags & MAP_TYPE) != MAP_PRIVATE;
  std::uint32_t bits = wire::kTouchedMappedRead;
  if (shared && (protection & PROT_WRITE) != 0) bits |= wire::kTouchedMappedWrite;
  touch(fd, bits);
  if (shared && (protection & PROT_WRITE) == 0) remember_shared_map(address, size, fd);
  return address;
}

}  // namespace

ROAR_HOOK(ssize_t, sendfile, int to, int from, off_t* offset, size_t size) {
  return transferred(to, from, ROAR_NEXT(sendfile)(to, from, offset, size));
}

ROAR_HOOK(ssize_t, sendfile64, int to, int from, off_t* offset, size_t size) {
  return transferred(to, from, ROAR_NEXT(sendfile64)(to, from, offset, size));
}

ROAR_HOOK(ssize_t, copy_file_range, int from, off_t* from_offset, int to, off_t* to_offset,
          size_t size, unsigned flags) {
  return transferred(to, from,
                     ROAR_NEXT(copy_file_range)(from, from_offset, to, to_offset, size, flags));
}

ROAR_HOOK(ssize_t, splice, int from, off_t* from_offset, int to, off_t* to_offset, size_t size,
          unsigned flags) {
  return transferred(to, from, ROAR_NEXT(splice)(from, from_offset, to, to_offset, size, flags));
}

ROAR_HOOK(void*, mmap, void* address, size_t size, int protection, int flags, int fd,
          off_t offset) {
  return mapped(ROAR_NEXT(mmap)(address, size, protection, flags, fd, offset), size, protection,
                flags, fd);
}

ROAR_HOOK(void*, mmap64, void* address, size_t size, int protection, int flags, int fd,
          off_t offset) {
  return mapped(ROAR_NEXT(mmap64)(address, size, protection, flags, fd, offset), size, protection,
                flags, fd);
}

ROAR_HOOK(int, mprotect, void* address, size_t size, int protection) {
  const int result = ROAR_NEXT(mprotect)(address, size, protection);
  if (result == 0 && (protection & PROT_WRITE) != 0 &&
      shared_map_count.load(std::memory_order_relaxed) != 0)
    made_writable(address, size);
  return result;
}

ROAR_HOOK(int, ftruncate, int fd, off_t size) {
  return resized(fd, size, ROAR_NEXT(ftruncate)(fd, size));
}

ROAR_HOOK(int, ftruncate64, int fd, off_t size) {
  return resized(fd, size, ROAR_NEXT(ftruncate64)(fd, size));
}

ROAR_HOOK(int, fallocate, int fd, int mode, off_t offset, off_t size) {
  return resized(fd, 1, ROAR_NEXT(fallocate)(fd, mode, offset, size));
}

ROAR_HOOK(int, fallocate64, int fd, int mode, off_t offset, off_t size) {
  return resized(fd, 1, ROAR_NEXT(fallocate64)(fd, mode, offset, size));
}

ROAR_HOOK(int, posix_fallocate, int fd, off_t offset, off_t size) {
  return resized(fd, 1, ROAR_NEXT(posix_fallocate)(fd, offset, size));
}

ROAR_HOOK(int, posix_fallocate64, int fd, off_t offset, off_t size) {
  return resized(fd, 1, ROAR_NEXT(posix_fallocate64)(fd, offset, size));
}

ROAR_HOOK(int, ioctl, int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  const int result = ROAR_NEXT(ioctl)(fd, request, argument);
  if (result != 0) return result;
  if (request == FICLONE) {
    touch(fd, wire::kTouchedWritten);
    touch(static_cast<int>(reinterpret_cast<std::intptr_t>(argument)), wire::kTouchedRead);
  } else if (request == FICLONERANGE) {
    touch(fd, wire::kTouchedWritten);
    touch(static_cast<int>(static_cast<const file_clone_range*>(argument)->src_fd),
          wire::kTouchedRead);
  }
  return result;
}

// Asynchronous requests happen elsewhere and later, but to the descriptors that they name.
ROAR_HOOK(int, aio_read, aiocb* request) {
  const int result = ROAR_NEXT(aio_read)(request);
  if (result == 0) touch(request->aio_fildes, wire::kTouchedRead);
  return result;
}

ROAR_HOOK(int, aio_read64, aiocb* request) {
  const int result = ROAR_NEXT(aio_read64)(request);
  if (result == 0) touch(request->aio_fildes, wire::kTouchedRead);
  return result;
}

ROAR_HOOK(int, aio_write, aiocb* request) {
  const int result = ROAR_NEXT(aio_write)(request);
  if (result == 0) touch(request->aio_fildes, wire::kTouchedWritten);
  return result;
}

ROAR_HOOK(int, aio_write64, aiocb* request) {
  const int result = ROAR_NEXT(aio_write64)(request);
  if (result == 0) touch(request->aio_fildes, wire::kTouchedWritten);
  return result;
}

// Of libaio.
ROAR_HOOK(int, io_submit, void* context, long count, iocb** requests) {
  const int result = ROAR_NEXT(io_submit)(context, count, requests);
  requests_submitted(requests, result);
  return result;
}

namespace roar::tracer::preload {

void requests_submitted(const iocb* const* requests, long count) noexcept {
  for (long i = 0; i < count; ++i) {
    const auto fd = static_cast<int>(requests[i]->aio_fildes);
    switch (requests[i]->aio_lio_opcode) {
      case IOCB_CMD_PREAD:
      case IOCB_CMD_PREADV:
        touch(fd, wire::kTouchedRead);
        break;
      case IOCB_CMD_PWRITE:
      case IOCB_CMD_PWRITEV:
        touch(fd, wire::kTouchedWritten);
        break;
      default:
        break;
    }
  }
}

}  // namespace roar::tracer::preload
