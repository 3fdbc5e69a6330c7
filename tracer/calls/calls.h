#pragma once

#include <cstdint>
#include <span>

namespace roar::tracer {

// What a system call that stops does, as far as it matters here.
enum class Operation : std::uint8_t {
  Open,
  Rename,
  Link,
  Symlink,
  Unlink,
  Truncate,
  Execute,
  OpenByHandle,
  SetUpIoUring,
  ChangeRoot,
  Mount,
  Trace,
};

// Where a call has its arguments: indexes, or -1 for one it does not have.
struct Call {
  Operation operation;
  std::int32_t number;       // on x86-64; -1 if it does not exist there
  std::int32_t number_i386;  // likewise
  std::int8_t directory = -1;
  std::int8_t path = -1;
  std::int8_t directory2 = -1;
  std::int8_t path2 = -1;
  std::int8_t flags = -1;  // of the operation; of Truncate the length, or, in two arguments, any
  std::uint64_t fixed_flags = 0;  // where the name of the call says it all (creat, rmdir)
  bool flags_in_memory = false;   // openat2: the argument points to them
};

// Every call that stops; nothing else does, reads and writes least of all.
std::span<const Call> traced_calls() noexcept;

// Null if the call should not have stopped. `architecture` is an AUDIT_ARCH_ constant.
const Call* call_of(std::uint32_t architecture, std::uint64_t number) noexcept;

}  // namespace roar::tracer
