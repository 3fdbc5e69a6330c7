#include "objects/hash_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>

#include "objects/base/error.h"
#include "objects/blake3.h"
#include "objects/hash_work.h"

// Small files go to whichever thread is free. A big file that needs no digest but BLAKE3 is put
// aside until then, and is hashed by all threads together, piece by piece. Files are read, not
// mapped: one that is cut off meanwhile must not kill us.

namespace roar {
namespace {

using hashing::Buffer;
using hashing::failure;
using hashing::hash_in_order;
using hashing::hash_together;
using hashing::kBigFile;
using hashing::OpenFile;
using hashing::Work;
using Status = HashResult::Status;

constexpr int kAttempts = 3;

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

bool is_for_all_threads(const Work& work, const HashRequest& request, const OpenFile& file) {
  const std::uint64_t size = file.result.stamp.size;
  return kBlake3HasPieces && work.threads() > 1 && size >= kBigFile &&
         request.algorithms.size() == 1 && request.algorithms.front() == Algorithm::Blake3;
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
        if (!is_big) hash_in_order(work, requests[i].algorithms, file, buffer);
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
        hash_together(work, file);
      } else {
        Buffer buffer;
        hash_in_order(work, requests[i].algorithms, file, buffer);
      }
    });
    work.finish(i, results[i]);
  }
  work.end_progress();
  return results;
}

}  // namespace roar
