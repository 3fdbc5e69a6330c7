#include "plumbing/hash_with_progress.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "objects/base/error.h"
#include "objects/cache.h"
#include "plumbing/progress.h"
#include "plumbing/stop_signals.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

// As many files at once as keep all threads busy, and few enough for the first answers to come
// soon.
constexpr std::size_t kBatch = 1024;

// Where there is a project, its cache remembers what was found, and how far an interrupted file has
// come. That saves reading it again; it is no reason not to read it in the first place.
std::optional<Cache> cache_here() {
  try {
    if (const auto workspace = find_workspace()) {
      return std::optional<Cache>(std::in_place, workspace->cache_directory());
    }
  } catch (const Error&) {  // it names a project that is not there; none is needed
  }
  return std::nullopt;
}

void remember(Cache& cache, const HashResult& result, std::span<const Algorithm> algorithms) {
  if (result.status != HashResult::Status::Hashed) return;
  CacheEntry entry{.stamp = result.stamp, .digests = {}};
  for (std::size_t i = 0; i < algorithms.size(); ++i)
    entry.digests.push_back({.algorithm = algorithms[i], .digest = result.digests[i]});
  cache.put({&entry, 1}, result.begun_at);
}

// Files of this size are worth a transaction.
constexpr std::uint64_t kRemembered = std::uint64_t{1} << 20;

Amount amount_of(std::span<const HashRequest> requests) {
  Amount amount{.files = 0, .all_files = requests.size(), .bytes = 0, .all_bytes = 0};
  for (const HashRequest& request : requests) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(request.path, error);
    if (!error) amount.all_bytes += size;
  }
  return amount;
}

}  // namespace

std::string problem_of(const HashResult& result) {
  switch (result.status) {
    case HashResult::Status::Hashed:
      return {};
    case HashResult::Status::Vanished:
      return "No such file or directory";
    case HashResult::Status::Unstable:
      return "it changed while it was read";
    case HashResult::Status::NotRegular:
      return "it is not a regular file";
    case HashResult::Status::Failed:
      return std::generic_category().message(result.error);
    case HashResult::Status::Interrupted:
      return "interrupted";
  }
  return {};
}

int hash_with_progress(std::span<const HashRequest> requests,
                       const std::function<void(const HashRequest&, const HashResult&)>& done,
                       Interrupted interrupted) {
  std::optional<Cache> cache = cache_here();
  std::optional<StopSignals> signals(std::in_place);
  Progress progress(STDERR_FILENO, {.verb = "hashing"});
  Amount amount = amount_of(requests);
  HashOptions hashing{.threads = 0,
                      .stop = &signals->stopped(),
                      .progress = {},
                      .finished = {},
                      .partial = cache && interrupted == Interrupted::GoOn ? &*cache : nullptr};
  hashing.progress = [&](std::uint64_t bytes) {
    amount.bytes += bytes;
    progress.show(amount);
  };
  for (std::size_t start = 0; start < requests.size(); start += kBatch) {
    const auto batch = requests.subspan(start, std::min(kBatch, requests.size() - start));
    hashing.finished = [&](std::size_t position, const HashResult& result) {
      ++amount.files;
      if (cache && result.stamp.size >= kRemembered)
        remember(*cache, result, batch[position].algorithms);
    };
    const std::vector<HashResult> results = hash_files(batch, hashing);
    progress.clear();
    for (std::size_t i = 0; i < results.size(); ++i)
      if (results[i].status != HashResult::Status::Interrupted) done(batch[i], results[i]);
  }
  return signals->signal();
}

}  // namespace roar::plumbing
