#include "plumbing/import_spool.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/history.h"
#include "objects/spooled_job.h"
#include "plumbing/record_job.h"
#include "plumbing/spool.h"

namespace roar::plumbing {
namespace {

struct Waiting {
  std::filesystem::path file;
  GatheredJob gathered;
};

// So that it is neither lost nor in the way. Where that cannot be done, it is met again.
std::filesystem::path set_aside(const std::filesystem::path& file) {
  std::filesystem::path aside = file;
  aside += ".damaged";
  return ::rename(file.c_str(), aside.c_str()) == 0 ? aside : file;
}

std::optional<Waiting> read_spooled(const std::filesystem::path& file, SpoolImport& result) {
  try {
    const auto bytes = read_file(file);
    if (!bytes) return std::nullopt;  // another process has imported it
    Waiting waiting{.file = file, .gathered = {}};
    waiting.gathered.next = decode_spooled(*bytes);
    waiting.gathered.ran_roar = true;  // what ran inside may be in the store only now
    return waiting;
  } catch (const Error& error) {
    if (error.code() == Errc::Corrupt) {
      result.damaged.push_back({.file = set_aside(file), .problem = error.what()});
    } else {
      ++result.waiting;
      result.failure = error.what();
    }
    return std::nullopt;
  }
}

}  // namespace

SpoolImport import_spool(const Workspace& workspace) {
  SpoolImport result;
  std::vector<Waiting> jobs;
  for (const std::filesystem::path& file : spooled_files(workspace)) {
    if (auto job = read_spooled(file, result)) jobs.push_back(*std::move(job));
  }
  std::ranges::sort(jobs, {}, [](const Waiting& waiting) {
    return std::pair(waiting.gathered.next.job.ended, waiting.gathered.next.job.uid);
  });
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    try {
      result.imported += append_gathered(workspace, jobs[i].gathered) ? 1U : 0U;
    } catch (const Error& error) {
      result.waiting += jobs.size() - i;
      result.failure = error.what();
      break;
    }
    // If this is not to be, the store knows the uid when the file is met again.
    ::unlink(jobs[i].file.c_str());
  }
  return result;
}

}  // namespace roar::plumbing
