#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "objects/base/file_stamp.h"
#include "objects/hash.h"

// Digests of file contents: one read for several algorithms, many files in parallel, one big file
// over several threads.

namespace roar {

struct HashRequest {
  std::string path;
  std::span<const Algorithm> algorithms;  // at least one; must outlive the call
};

struct HashResult {
  enum class Status : std::uint8_t {
    Hashed,
    Vanished,    // no such file
    Unstable,    // changed while it was read, three times in a row
    NotRegular,  // a directory, device, socket or pipe: never opened for reading
    Failed,      // the system refused; see `error`
    Interrupted  // `stop` was set
  };
  Status status = Status::Failed;
  int error = 0;                     // errno of Failed
  FileStamp stamp;                   // of the version that was hashed
  std::vector<std::string> digests;  // hexadecimal, in the order of the request's algorithms
};

struct HashOptions {
  unsigned threads = 0;                         // 0: one per processor available to this process
  const std::atomic<bool>* stop = nullptr;      // stops soon after it becomes true
  std::function<void(std::uint64_t)> progress;  // bytes done since the last call; may be called
                                                // from any thread, never from two at once
};

// One result per request, in the same order. Never throws for what is wrong with a file; throws
// Errc::Unsupported if an algorithm is disabled on this machine.
std::vector<HashResult> hash_files(std::span<const HashRequest> requests,
                                   const HashOptions& options = {});

}  // namespace roar
