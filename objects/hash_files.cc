#include "objects/hash_files.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>

#include "objects/base/error.h"
#include "objects/base/fd.h"
#include "objects/base/hex.h"
#include "objects/blake3.h"

// Small files go to whichever thread is free. A big file that needs no digest but BLAKE3 is put
// aside until then, and is hashed by all threads together, piece by piece. Files are read, not
// mapped: one that is cut off meanwhile must not kill us.

namespace roar {
namespace {

constexpr std::size_t kBigFile = std::size_t{8} << 20;
constexpr std::uint64_t kResumable = std::uint64_t{256} << 20;
// As many pieces are in flight as give 4 GiB, so that memory does not grow with the file.
constexpr std::uint64_t kPiecesPerRound = 16'384;
constexpr std::uint64_t kProgressStep = std::uint64_t{4} << 20;
constexpr int kAttempts = 3;

using Status = HashResult::Status;

unsigned processors() noexcept {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(CPU_COUNT(&set), 1));
}

// What all threads of one call share.
class Work {
 public:
  explicit Work(const HashOptions& options)
      : options_(&options), threads_(options.threads != 0 ? options.threads : processors()) {}

  unsigned threads() const noexcept { return threads_; }

  bool stopped() const noexcept {
    return options_->stop != nullptr && options_->stop->load(std::memory_order_relaxed);
  }

  void add_progress(std::uint64_t bytes) {
    if (!options_->progress) return;
    const std::scoped_lock lock(mutex_);
    pending_ += bytes;
    if (pending_ >= kProgressStep) report();
  }
  void end_progress() {
    if (options_->progress && pending_ != 0) report();
  }

  void finish(std::size_t position, const HashResult& result) {
    if (!options_->finished) return;
    const std::scoped_lock lock(mutex_);
    if (options_->progress && pending_ != 0) report();
    options_->finished(position, result);
  }

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
  void report() {
    options_->progress(pending_);
    pending_ = 0;
  }

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

HashResult failure(int error) {
  HashResult result;
  result.status = error == ENOENT || error == ENOTDIR ? Status::Vanished : Status::Failed;
  result.error = error;
  return result;
}

OpenFile open_file(const std::string& path) {
  OpenFile file;
  struct stat status {};
  // Looked at before it is opened, because opening a device may have effects; and opened without
  // blocking, in case it has become a pipe since.
  if (::stat(path.c_str(), &status) != 0) {
    file.result = failure(errno);
    return file;
  }
  file.result.status = Status::NotRegular;
  if (!S_ISREG(status.st_mode)) return file;
  file.fd = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.fd || ::fstat(file.fd.get(), &status) != 0) {
    file.result = failure(errno);
    return file;
  }
  if (!S_ISREG(status.st_mode)) return file;
  file.result.stamp = stamp_of(status);
  file.result.begun_at = Timestamp::now();
  file.result.status = Status::Hashed;
  return file;
}

// Whether the path still names the same version of the same file. That it is the same inode makes
// a look at the descriptor unnecessary.
void check_unchanged(const std::string& path, HashResult& result) {
  if (result.status != Status::Hashed) return;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    result = failure(errno);
  } else if (stamp_of(status) != result.stamp) {
    result.status = Status::Unstable;
  }
}

ssize_t read_at(int fd, char* buffer, std::size_t size, std::uint64_t offset) {
  for (;;) {
    const ssize_t n = ::pread(fd, buffer, size, static_cast<off_t>(offset));
    if (n >= 0 || errno != EINTR) return n;
  }
}

// A thread's own room.
class Buffer {
 public:
  Buffer() : bytes_(std::make_unique_for_overwrite<char[]>(kSize)) {}
  char* data() noexcept { return bytes_.get(); }
  static constexpr std::size_t kSize = kBlake3PieceSize;

 private:
  std::unique_ptr<char[]> bytes_;
};

// Reads the file once, from the start to the end, for all of its algorithms.
void hash_in_order(Work& work, const HashRequest& request, OpenFile& file, Buffer& buffer) {
  std::vector<Hasher> hashers;
  hashers.reserve(request.algorithms.size());
  for (const Algorithm algorithm : request.algorithms) hashers.emplace_back(algorithm);
  for (std::uint64_t offset = 0;;) {
    if (work.stopped()) {
      file.result.status = Status::Interrupted;
      return;
    }
    const ssize_t n = read_at(file.fd.get(), buffer.data(), Buffer::kSize, offset);
    if (n < 0) {
      file.result = failure(errno);
      return;
    }
    if (n == 0) break;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(n));
    for (Hasher& hasher : hashers) hasher.update(bytes);
    offset += bytes.size();
    work.add_progress(bytes.size());
    // More than this would be another version. (Files of /proc have content, but no size.)
    if (offset == file.result.stamp.size) break;
  }
  for (Hasher& hasher : hashers) {
    const std::string digest = hasher.finish();
    file.result.digests.push_back(
        to_hex({reinterpret_cast<const std::uint8_t*>(digest.data()), digest.size()}));
  }
}

// Several threads hash one file.
class BigFile {
 public:
  BigFile(Work& work, OpenFile& file) : work_(&work), file_(&file) {}

  void hash() {
    // The last piece, whole or not, is added as bytes: only then is it known to be the last.
    const std::uint64_t size = file_->result.stamp.size;
    const std::uint64_t pieces = (size - 1) / kBlake3PieceSize;
    if (size >= kResumable) let_settle();
    Blake3 hasher;
    std::uint64_t first = resume(hasher, pieces);
    while (first < pieces && !failed_) {
      const std::uint64_t count = reduce(first, std::min(kPiecesPerRound, pieces - first));
      for (std::uint64_t i = 0; i < count; ++i) hasher.add_piece(values_[i]);
      first += count;
      if (count > 0 && first < pieces) keep(hasher);
    }
    if (failed_) return;
    const std::uint64_t offset = pieces * kBlake3PieceSize;
    Buffer buffer;
    const auto rest = static_cast<std::size_t>(size - offset);
    if (!read_exactly(buffer, offset, rest)) return keep(hasher);
    hasher.update({buffer.data(), rest});
    file_->result.digests.assign(1, to_hex(hasher.finish()));
  }

 private:
  // What is hashed in the same tick of the clock as it was written proves nothing about what its
  // stamp stands for, and could not be kept. For a file of this size a few ticks are no time.
  void let_settle() {
    constexpr std::int64_t kTicksNs = 25'000'000;
    Timestamp& begun = file_->result.begun_at;
    const std::int64_t age = nanoseconds_between(
        std::max(file_->result.stamp.modified, file_->result.stamp.changed), begun);
    if (work_->partial() == nullptr || age < 0 || age > kTicksNs) return;
    std::this_thread::sleep_for(std::chrono::nanoseconds(kTicksNs - age));
    begun = Timestamp::now();
  }

  // The number of pieces that an interrupted attempt has left in `hasher`.
  std::uint64_t resume(Blake3& hasher, std::uint64_t pieces) {
    if (work_->partial() == nullptr) return 0;
    const auto kept = work_->partial()->find_partial(file_->result.stamp);
    auto state = kept ? Blake3::from_state(*kept) : std::nullopt;
    if (!state || state->second > pieces) return 0;
    hasher = std::move(state->first);
    work_->add_progress(state->second * kBlake3PieceSize);
    return state->second;
  }

  void keep(const Blake3& hasher) {
    if (work_->partial() != nullptr)
      work_->partial()->keep_partial(file_->result.stamp, hasher.state(), file_->result.begun_at);
  }

  // Fills values_ with the chaining values of up to `count` pieces, and returns of how many. If
  // that is fewer, the result says why.
  std::uint64_t reduce(std::uint64_t first, std::uint64_t count) {
    values_.resize(count);
    next_ = 0;
    done_ = count;
    work_->run(count, [&] {
      Buffer buffer;
      for (std::uint64_t i = next_++; i < count; i = next_++) {
        if (failed_ || !read_exactly(buffer, (first + i) * kBlake3PieceSize, kBlake3PieceSize))
          return is_missing(i);
        values_[i] = blake3_of_piece({buffer.data(), kBlake3PieceSize}, first + i);
      }
    });
    return done_;
  }

  void is_missing(std::uint64_t position) {
    std::uint64_t before = done_;
    while (position < before && !done_.compare_exchange_weak(before, position)) {
    }
  }

  bool read_exactly(Buffer& buffer, std::uint64_t offset, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
      if (work_->stopped()) return fail(Status::Interrupted, 0);
      const ssize_t n = read_at(file_->fd.get(), buffer.data() + done, size - done, offset + done);
      if (n < 0) return fail(Status::Failed, errno);
      if (n == 0) return fail(Status::Unstable, 0);
      done += static_cast<std::size_t>(n);
    }
    work_->add_progress(size);
    return true;
  }

  bool fail(Status status, int error) {
    if (!failed_.exchange(true)) {
      file_->result.status = status;
      file_->result.error = error;
    }
    return false;
  }

  Work* work_;
  OpenFile* file_;
  std::vector<Blake3Digest> values_;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<std::uint64_t> done_ = 0;  // before the first that is missing
  std::atomic<bool> failed_ = false;
};

bool is_for_all_threads(const Work& work, const HashRequest& request, const OpenFile& file) {
  const std::uint64_t size = file.result.stamp.size;
  const bool gains = work.threads() > 1 || (work.partial() != nullptr && size >= kResumable);
  return kBlake3HasPieces && gains && size >= kBigFile && request.algorithms.size() == 1 &&
         request.algorithms.front() == Algorithm::Blake3;
}

// Throws here, and not in a thread, if an algorithm is disabled on this machine.
void check_algorithms(std::span<const HashRequest> requests) {
  std::set<Algorithm> seen;
  for (const HashRequest& request : requests)
    for (const Algorithm algorithm : request.algorithms)
      if (seen.insert(algorithm).second) const Hasher hasher(algorithm);
}

template <typename Hash>
HashResult hash_until_stable(Work& work, const HashRequest& request, const Hash& hash) {
  HashResult result;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (work.stopped()) {
      result.status = Status::Interrupted;
      return result;
    }
    OpenFile file = open_file(request.path);
    if (file.result.status == Status::Hashed) hash(file);
    check_unchanged(request.path, file.result);
    result = std::move(file.result);
    if (result.status != Status::Unstable) break;
  }
  if (result.status != Status::Hashed) result.digests.clear();
  return result;
}

}  // namespace

std::vector<HashResult> hash_files(std::span<const HashRequest> requests,
                                   const HashOptions& options) {
  check_algorithms(requests);
  std::vector<HashResult> results(requests.size());
  Work work(options);
  std::atomic<std::size_t> next = 0;
  std::mutex big_mutex;
  std::vector<std::size_t> big;

  work.run(requests.size(), [&] {
    Buffer buffer;
    for (std::size_t i = next++; i < requests.size(); i = next++) {
      bool is_big = false;
      HashResult result = hash_until_stable(work, requests[i], [&](OpenFile& file) {
        is_big = is_for_all_threads(work, requests[i], file);
        if (!is_big) hash_in_order(work, requests[i], file, buffer);
      });
      if (is_big && result.status == Status::Hashed) {
        const std::scoped_lock lock(big_mutex);
        big.push_back(i);
      } else {
        work.finish(i, result);
        results[i] = std::move(result);
      }
    }
  });
  for (const std::size_t i : big) {
    results[i] = hash_until_stable(work, requests[i], [&](OpenFile& file) {
      if (is_for_all_threads(work, requests[i], file)) {
        BigFile(work, file).hash();
      } else {
        Buffer buffer;
        hash_in_order(work, requests[i], file, buffer);
      }
    });
    work.finish(i, results[i]);
  }
  work.end_progress();
  return results;
}

}  // namespace roar
