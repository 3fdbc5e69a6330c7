#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "objects/base/file_stamp.h"
#include "objects/base/timestamp.h"
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
  Timestamp begun_at;                // real-time clock before its first byte was read
  std::vector<std::string> digests;  // hexadecimal, in the order of the request's algorithms
};

// Keeps how far the digests of a big file have come, so that an interrupted one need not start
// anew. May be called from several threads at once.
class PartialHashes {
 public:
  virtual ~PartialHashes() = default;
  // What was kept for exactly this version, else nullopt.
  virtual std::optional<std::string> find_partial(const FileStamp& stamp) = 0;
  // `begun_at` is the real-time clock before the first byte was read.
  virtual void keep_partial(const FileStamp& stamp, std::string_view state, Timestamp begun_at) = 0;
};

struct HashOptions {
  unsigned threads = 0;                         // 0: one per processor available to this process
  const std::atomic<bool>* stop = nullptr;      // stops soon after it becomes true
  std::function<void(std::uint64_t)> progress;  // bytes done since the last call; may be called
                                                // from any thread, never from two at once
  // A file is done: its position among the requests. Called as `progress` is.
  std::function<void(std::size_t, const HashResult&)> finished;
  PartialHashes* partial = nullptr;  // may be null
};

// One result per request, in the same order. Never throws for what is wrong with a file; throws
// Errc::Unsupported if an algorithm is disabled on this machine.
std::vector<HashResult> hash_files(std::span<const HashRequest> requests,
                                   const HashOptions& options = {});

}  // namespace roar
