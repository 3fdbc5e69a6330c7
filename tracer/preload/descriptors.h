#pragma once

#include <atomic>

#include "tracer/preload/image.h"
#include "tracer/preload/log_writer.h"

struct iocb;

namespace roar::tracer::preload {

// What is known about the descriptors of this process: which record says what they are open on, and
// which touched bits it already has. Not in use in the child of a vfork, whose descriptors are its
// own but whose memory is not.

enum DescriptorTrait : std::uint32_t {
  kReadable = 1U << 28,
  kWritable = 1U << 29,
  kStream = 1U << 30,  // stdio may read and write it where no hook sees it
  kShared = 1U << 31,  // there is a second descriptor: closing one settles nothing
};

constexpr int kDescriptors = 4096;

// Low half: place / wire::kAlignment and traits; high half: bits that need no more attention. All
// zero: unknown.
using Entry = std::uint64_t;
// NOLINTNEXTLINE(bugprone-dynamic-static-initializers): it is constinit
extern std::atomic<Entry> descriptor_table[kDescriptors];

void touch_slowly(int fd, std::uint32_t bit) noexcept;

// The descriptor was used. Costs nothing but the load if that is known already.
inline void touch(int fd, std::uint32_t bit) noexcept {
  if (static_cast<unsigned>(fd) < kDescriptors) {
    const Entry entry = descriptor_table[fd].load(std::memory_order_relaxed);
    if (((entry >> 32) & bit) == bit && !vfork_state.entered) [[likely]]
      return;
  }
  touch_slowly(fd, bit);
}

std::uint32_t traits_of(int open_flags) noexcept;
bool trackable(int fd) noexcept;  // fits the table, and the table is ours

void set_descriptor(int fd, Place place, std::uint32_t traits, std::uint32_t touched) noexcept;
void ignore_descriptor(int fd) noexcept;  // nothing that happens to it is of interest
void forget_descriptor(int fd) noexcept;
void copy_descriptor(int from, int to) noexcept;
void mark_stream(int fd) noexcept;

// A directory, whose absolute path is in the record at `place`: so that what is opened relative to
// it costs no system call. Empty if the path is not known.
void set_directory(int fd, Place place) noexcept;
Text known_directory(int fd) noexcept;
// Directories have got other names.
void forget_directories() noexcept;

Entry descriptor_entry(int fd) noexcept;
Place place_of(Entry entry) noexcept;

// Looks at the offset, for what was read where no hook sees it. `final`: nothing can follow.
void settle_descriptor(int fd, bool final) noexcept;
void settle_all(bool final) noexcept;
// Before descriptors first to last are closed at once.
void release_range(unsigned first, unsigned last) noexcept;

// What is open is no longer followed: what has happened to it shows at the end.
void release_all_untracked() noexcept;

// Native asynchronous requests that the kernel took.
void requests_submitted(const iocb* const* requests, long count) noexcept;

// A descriptor whose opening was not seen, if it is a regular file: an Inherited record.
Place adopt(int fd, std::uint32_t touched) noexcept;

}  // namespace roar::tracer::preload
