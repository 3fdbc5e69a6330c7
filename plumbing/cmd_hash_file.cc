#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include "objects/base/error.h"
#include "objects/cache.h"
#include "objects/hash_files.h"
#include "plumbing/commands.h"
#include "plumbing/options.h"
#include "plumbing/progress.h"
#include "plumbing/stop_signals.h"
#include "plumbing/workspace.h"

namespace roar::plumbing {
namespace {

// As many files at once as keep all threads busy, and few enough for the first answers to come
// soon.
constexpr std::size_t kBatch = 1024;

std::vector<Algorithm> algorithms_of(const std::vector<std::string>& names,
                                     const Options& options) {
  if (names.empty()) return {Algorithm::Blake3};
  std::vector<Algorithm> algorithms;
  for (const std::string& name : names) {
    const std::optional<Algorithm> algorithm = algorithm_from_name(name);
    if (!algorithm)
      throw options.usage_error("'" + name + "' is not an algorithm; there are " +
                                algorithm_names());
    algorithms.push_back(*algorithm);
  }
  return algorithms;
}

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

// b3sum and the others write a name with a newline or a backslash escaped, and say so by a
// backslash before the line.
std::string line_of(const std::string& digest, std::string_view path) {
  if (path.find_first_of("\n\\") == std::string_view::npos)
    return digest + "  " + std::string(path);
  std::string line = "\\" + digest + "  ";
  for (const char c : path) {
    if (c == '\n') {
      line += "\\n";
    } else if (c == '\\') {
      line += "\\\\";
    } else {
      line += c;
    }
  }
  return line;
}

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

Amount amount_of(const std::vector<std::string_view>& paths) {
  Amount amount{.files = 0, .all_files = paths.size(), .bytes = 0, .all_bytes = 0};
  for (const std::string_view path : paths) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(std::string(path), error);
    if (!error) amount.all_bytes += size;
  }
  return amount;
}

}  // namespace

int cmd_hash_file(Context& context, Arguments arguments) {
  std::vector<std::string> names;
  bool zero = false;
  Options options("hash-file [--algo <algorithm>]... [-z] <file>...");
  options.list(0, "algo", "algorithm", names, "digest to compute (default: blake3)")
      .flag('z', "null", zero, "end lines with NUL and leave names as they are");
  const auto paths = options.parse(arguments);
  if (paths.empty()) throw options.usage_error("no file given");
  const std::vector<Algorithm> algorithms = algorithms_of(names, options);

  int status = 0;
  std::optional<Cache> cache = cache_here();
  std::optional<StopSignals> signals(std::in_place);
  Progress progress(STDERR_FILENO, {.verb = "hashing"});
  Amount amount = amount_of({paths.begin(), paths.end()});
  HashOptions hashing{.threads = 0,
                      .stop = &signals->stopped(),
                      .progress = {},
                      .finished = {},
                      .partial = cache ? &*cache : nullptr};
  hashing.progress = [&](std::uint64_t bytes) {
    amount.bytes += bytes;
    progress.show(amount);
  };
  hashing.finished = [&](std::size_t /*position*/, const HashResult& result) {
    ++amount.files;
    if (cache && result.stamp.size >= kRemembered) remember(*cache, result, algorithms);
  };
  for (std::size_t start = 0; start < paths.size(); start += kBatch) {
    const std::size_t end = std::min(paths.size(), start + kBatch);
    std::vector<HashRequest> requests;
    for (std::size_t i = start; i < end; ++i)
      requests.push_back({std::string(paths[i]), algorithms});
    const std::vector<HashResult> results = hash_files(requests, hashing);
    progress.clear();
    for (std::size_t i = 0; i < results.size(); ++i) {
      const std::string& path = requests[i].path;
      if (results[i].status == HashResult::Status::Interrupted) continue;
      if (results[i].status != HashResult::Status::Hashed) {
        context.err << "cannot hash '" << path << "': " << problem_of(results[i]) << '\n';
        status = 1;
      }
      for (const std::string& digest : results[i].digests)
        context.out << (zero ? digest + "  " + path + '\0' : line_of(digest, path) + '\n');
    }
  }
  const int signal = signals->signal();
  signals.reset();
  if (signal == 0) return status;
  context.out.flush();
  ::raise(signal);
  return status;
}

}  // namespace roar::plumbing
