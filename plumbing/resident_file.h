#pragma once

#include <cstddef>
#include <cstdint>

#include "objects/base/fd.h"
#include "tracer/observe.h"

namespace roar::plumbing {

// A file that others have read, as far as that is still in memory: nothing here reads from a disk,
// or makes the kernel keep anything longer than it would have. For one thread.
class ResidentFile {
 public:
  // Empty if the path does not lead to this version, or to one that must be let be: on a network
  // file system or FUSE; where the kernel does not tell us what is in memory (other people's
  // files, without the right to write to them); and, for who may unmount, on a file system that
  // this process does not keep busy anyway.
  explicit ResidentFile(const tracer::LargeInput& input);
  ~ResidentFile();
  ResidentFile(const ResidentFile&) = delete;
  ResidentFile& operator=(const ResidentFile&) = delete;

  explicit operator bool() const noexcept { return static_cast<bool>(file_); }

  // Whether all of it was in memory, and is in `buffer` now. `offset` is a multiple of
  // kBlake3PieceSize, and `size` not larger than that.
  bool read(std::uint64_t offset, std::size_t size, char* buffer) const noexcept;
  // Whether it is the same version as before.
  bool is_unchanged() const noexcept;

 private:
  bool has(std::uint64_t offset, std::size_t size) const noexcept;

  FileStamp stamp_;
  Fd file_;
  void* memory_ = nullptr;  // the file, mapped to be asked about, not to be touched
};

}  // namespace roar::plumbing
