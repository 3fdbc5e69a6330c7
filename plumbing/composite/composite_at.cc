#include "plumbing/composite/composite_at.h"

#include <algorithm>
#include <string>
#include <vector>

#include "objects/newest_uses.h"

namespace roar::plumbing {
namespace {

constexpr std::size_t kFilesMax = 8;
constexpr std::size_t kDepthMax = 64;

// The first recorded files below a directory, which ends with a slash.
std::vector<std::string> files_below(const ReadTransaction& transaction, std::string directory) {
  for (std::size_t depth = 0; depth < kDepthMax; ++depth) {
    std::vector<std::string> paths = tracked_paths(transaction, directory, kFilesMax);
    const auto is_directory = [](const std::string& path) { return path.ends_with('/'); };
    std::string first = paths.empty() ? std::string() : paths.front();
    std::erase_if(paths, is_directory);
    if (!paths.empty() || first.empty()) return paths;
    directory = std::move(first);
  }
  return {};
}

}  // namespace

std::optional<ObjectId> composite_at(const ReadTransaction& transaction, std::string_view path) {
  std::optional<ObjectId> newest;
  Timestamp started;
  for (const std::string& file : files_below(transaction, std::string(path) + '/')) {
    for_each_path_use_newest_first(transaction, file, [&](const NumberedPathUse& use) {
      const Job job = read_numbered_job(transaction, use.job).job;
      const auto found = std::ranges::find(job.composites, path, &JobComposite::path);
      if (found == job.composites.end()) return true;
      if (!newest || started < job.started) {
        newest = found->composite;
        started = job.started;
      }
      return false;
    });
  }
  return newest;
}

}  // namespace roar::plumbing
