#pragma once

#include <chrono>
#include <filesystem>

#include "objects/base/fd.h"

namespace roar {

// The right to write to an LMDB environment, asked for before LMDB's own lock. That one can only be
// waited for without end, and whoever holds it may have been stopped.
//
// Held until it is destroyed, or the process ends. Threads of one process exclude each other too.
class WriteLock {
 public:
  // Waits until nobody else has it; who has just had it comes after who waited. Throws
  // Errc::Busy after `patience`. Where no lock can be made, such as on a full disk, nothing is
  // held and nothing thrown: LMDB's lock is what protects the data.
  WriteLock(const std::filesystem::path& directory, std::chrono::milliseconds patience);

 private:
  Fd fd_;
};

}  // namespace roar
