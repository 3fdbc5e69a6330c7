#include "plumbing/import_spool.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <tuple>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/cache.h"
#include "objects/history.h"
#include "objects/spooled_job.h"
#include "objects/store.h"
#include "plumbing/record_job.h"
#include "plumbing/running_job.h"
#include "plumbing/spool.h"
#include "tracer/recover.h"

namespace roar::plumbing {
namespace {

struct Waiting {
  std::filesystem::path file;
  GatheredJob gathered;
  std::unique_ptr<tracer::Log> trace;  // holds its lock; null if the file is a spooled job
};

class SpoolImporter {
 public:
  explicit SpoolImporter(const Workspace& workspace) : workspace_(workspace) {}

  SpoolImport import();

 private:
  void add_spooled(const std::filesystem::path& file);
  void add_trace(const std::filesystem::path& file);
  void take_trace(const std::filesystem::path& file);
  void store_all();
  bool is_known(const std::string& uid) const;
  void keep_found_out(const Waiting& waiting);
  void set_aside(const std::filesystem::path& file, const char* problem);
  void wait(const char* why);

  const Workspace& workspace_;
  std::vector<Waiting> jobs_;
  SpoolImport result_;
};

// So that it is neither lost nor in the way. Where that cannot be done, it is met again.
void SpoolImporter::set_aside(const std::filesystem::path& file, const char* problem) {
  std::filesystem::path aside = file;
  aside += ".damaged";
  const bool renamed = ::rename(file.c_str(), aside.c_str()) == 0;
  result_.damaged.push_back({.file = renamed ? aside : file, .problem = problem});
}

void SpoolImporter::wait(const char* why) {
  ++result_.waiting;
  result_.failure = why;
}

void SpoolImporter::add_spooled(const std::filesystem::path& file) {
  try {
    const auto bytes = read_file(file);
    if (!bytes) return;  // another process has imported it
    Waiting waiting{.file = file, .gathered = {}, .trace = nullptr};
    waiting.gathered.next = decode_spooled(*bytes);
    waiting.gathered.ran_roar = true;  // what ran inside may be in the store only now
    jobs_.push_back(std::move(waiting));
  } catch (const Error& error) {
    if (error.code() == Errc::Corrupt) return set_aside(file, error.what());
    wait(error.what());
  }
}

bool SpoolImporter::is_known(const std::string& uid) const {
  const bool waits = std::ranges::any_of(
      jobs_, [&](const Waiting& waiting) { return waiting.gathered.next.job.uid == uid; });
  if (waits) return true;
  bool known = false;
  const Store store(workspace_.store_directory(), Store::Mode::ReadOnly);
  store.read([&](const ReadTransaction& transaction) {
    known = !jobs_with_uid(transaction, uid, 1).empty();
  });
  return known;
}

// After the spooled jobs: what was spooled in time says more than what is found out later.
void SpoolImporter::take_trace(const std::filesystem::path& file) {
  auto log = std::make_unique<tracer::Log>(file.string());
  NewJob before = decode_spooled(log->note());
  Job& job = before.job;
  if (is_known(job.uid)) return log->remove_file();
  tracer::Recovered recovered = tracer::recover(*log, "ROAR_JOB_ID=" + job.uid);
  if (recovered.state == tracer::Recovered::State::Running) return;
  if (recovered.state == tracer::Recovered::State::NotStarted) return log->remove_file();
  tracer::Observation& observation = recovered.observation;
  observation.started = job.started;
  observation.ended = std::max(observation.ended, job.started);
  observation.known_until = observation.ended;
  job.exit = {.code = observation.exit.code,
              .signal = observation.exit.signal,
              .interrupted = !recovered.exit_known,
              .unknown = !recovered.exit_known};
  JobDescription description;
  description.blobs = std::move(before.blobs);
  description.environment = std::move(before.environment_payload);
  Waiting waiting{.file = file, .gathered = {}, .trace = std::move(log)};
  waiting.gathered = gather_job(workspace_, std::move(observation), std::move(job), description, {},
                                std::make_unique<Cache>(workspace_.cache_directory()));
  waiting.gathered.ran_roar = true;
  jobs_.push_back(std::move(waiting));
}

void SpoolImporter::add_trace(const std::filesystem::path& file) {
  try {
    take_trace(file);
  } catch (const Error& error) {
    if (error.code() == Errc::Conflict) return;  // its job runs, or another process is at it
    if (error.code() == Errc::Corrupt) return set_aside(file, error.what());
    wait(error.what());
  }
}

// What was found out about a trace once need not be found out again by the next command.
void SpoolImporter::keep_found_out(const Waiting& waiting) {
  if (waiting.trace == nullptr) return;
  try {
    spool_job(workspace_, waiting.gathered.next);
    waiting.trace->remove_file();
  } catch (const Error&) {  // then the trace keeps it
    return;
  }
}

void SpoolImporter::store_all() {
  std::ranges::sort(jobs_, [](const Waiting& a, const Waiting& b) {
    const Job& left = a.gathered.next.job;
    const Job& right = b.gathered.next.job;
    return std::tie(left.ended, left.uid) < std::tie(right.ended, right.uid);
  });
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    try {
      result_.imported += append_gathered(workspace_, jobs_[i].gathered) ? 1U : 0U;
    } catch (const Error& error) {
      result_.waiting += jobs_.size() - i;
      result_.failure = error.what();
      for (; i < jobs_.size(); ++i) keep_found_out(jobs_[i]);
      return;
    }
    // If this is not to be, the store knows the uid when the file is met again.
    ::unlink(jobs_[i].file.c_str());
  }
}

SpoolImport SpoolImporter::import() {
  for (const std::filesystem::path& file : spooled_files(workspace_)) add_spooled(file);
  for (const std::filesystem::path& file : trace_files(workspace_)) add_trace(file);
  store_all();
  return std::move(result_);
}

}  // namespace

SpoolImport import_spool(const Workspace& workspace) {
  return SpoolImporter(workspace).import();
}

}  // namespace roar::plumbing
