#pragma once

#include <cstddef>

namespace roar::tracer {

// A file mapped to be shared with processes that may do anything to it. If one of them cuts it off,
// or there is no memory for a page, touching that raises SIGBUS: here zeros take its place instead,
// and it is known that they did.
//
// The first one installs a handler for SIGBUS, for the whole process, which leaves faults elsewhere
// to what was there before it; not if the signal is ignored, because a child would inherit that. A
// forked copy of the process is guarded as well.
class GuardedMapping {
 public:
  GuardedMapping() noexcept = default;
  // For reading and writing; without a file (-1) shared with forked copies alone. Empty, and errno
  // set, if the system refuses.
  GuardedMapping(int fd, std::size_t size) noexcept;
  ~GuardedMapping();
  GuardedMapping(GuardedMapping&& other) noexcept;
  GuardedMapping& operator=(GuardedMapping&& other) noexcept;
  GuardedMapping(const GuardedMapping&) = delete;
  GuardedMapping& operator=(const GuardedMapping&) = delete;

  explicit operator bool() const noexcept { return data_ != nullptr; }
  std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  // Whether something of it was gone when it was touched.
  bool was_cut() const noexcept;

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace roar::tracer
