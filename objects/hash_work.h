#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "objects/base/fd.h"
#include "objects/hash_files.h"

// What the parts of hash_files share. Not for others.

namespace roar::hashing {

// What all threads of one call share.
class Work {
 public:
  explicit Work(const HashOptions& options);

  unsigned threads() const noexcept { return threads_; }

  bool stopped() const noexcept {
    return options_->stop != nullptr && options_->stop->load(std::memory_order_relaxed);
  }

  void add_progress(std::uint64_t bytes);
  void end_progress();
  void finish(std::size_t position, const HashResult& result);

  PartialHashes* partial() const noexcept { return options_->partial; }

  // Runs `body` in up to `count` threads, this one included, and returns when all have ended. It
  // is no error if the system grants fewer.
  template <typename Body>
  void run(std::uint64_t count, const Body& body) const {
    std::vector<std::thread> helpers;
    const std::uint64_t wanted = std::min<std::uint64_t>(threads_, count);
    try {
      while (helpers.size() + 1 < wanted) helpers.emplace_back(body);
    } catch (const std::system_error&) {  // then with those that there are
    }
    body();
    for (std::thread& helper : helpers) helper.join();
  }

 private:
  void report();

  const HashOptions* options_;
  unsigned threads_;
  std::mutex mutex_;
  std::uint64_t pending_ = 0;
};

// One attempt at one file: opened, and what it was before the first byte was read.
struct OpenFile {
  Fd fd;
  HashResult result;  // status Hashed if it could be opened
};

HashResult failure(int error);

// As pread(2), of as much as there is up to `size`, whatever interrupts it.
ssize_t read_fully(int fd, char* buffer, std::size_t size, std::uint64_t offset);

// A thread's own room.
class Buffer {
 public:
  Buffer() : bytes_(std::make_unique_for_overwrite<char[]>(kSize)) {}
  char* data() noexcept { return bytes_.get(); }
  static constexpr std::size_t kSize = kHashPieceSize;

 private:
  std::unique_ptr<char[]> bytes_;
};

// Files from here on are worth the room that their state takes when they are interrupted.
inline constexpr std::uint64_t kBigFile = std::uint64_t{8} << 20;

// Where a file was modified just now, waits until what is hashed proves something about its stamp
// and can be kept.
void let_settle(const Work& work, OpenFile& file);

// Reads the file once, from the start to the end, or from where an interrupted attempt left it, for
// all of the algorithms.
void hash_in_order(Work& work, std::span<const Algorithm> algorithms, OpenFile& file,
                   Buffer& buffer);

// The BLAKE3 of one big file, by all threads of `work`; from where an interrupted attempt left it.
// The library must know pieces.
void hash_together(Work& work, OpenFile& file);

}  // namespace roar::hashing
