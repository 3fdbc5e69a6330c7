#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/hash.h"
#include "objects/history.h"
#include "objects/job.h"
#include "objects/store.h"
#include "objects/transaction.h"
#include "plumbing/code_baseline.h"
#include "plumbing/progress.h"
#include "plumbing/user_rules.h"
#include "plumbing/workspace.h"
#include "tracer/observation.h"

namespace roar {
class Cache;
}

namespace roar::plumbing {

// What the observation does not say.
struct JobDescription {
  JobKind kind = JobKind::Run;
  std::string uid;                // 32 hexadecimal digits
  std::string parent_uid;         // of the job that this one ran in; empty if none
  std::string name;               // of the step; may be empty
  std::vector<std::string> argv;  // redacted
  // That the project sets for the command; not redacted.
  std::vector<std::pair<std::string, std::string>> variables;
  std::optional<GitState> git;
  std::vector<Algorithm>
      shown;  // digests that this job's artifacts are shown with; outputs get them
  std::vector<std::string> add_tags;        // Job::add_tags
  std::vector<std::string> block_tags;      // Job::block_tags
  std::vector<TracingGap> gaps;             // known before the tracer started
  std::optional<CodeBaseline> code_before;  // none: what was read is not compared with the commit
  std::vector<std::string> blobs;           // that `git` names: payloads
  // Directories that are composites whatever is in them: absolute.
  std::vector<std::string> composites = {};
  bool unpacked = false;    // whether outputs get unpacked digests, too
  std::string environment;  // encoded Environment of the machine that the command runs on
};

class KeptContents;

struct RecordControl {
  const std::atomic<bool>* stop = nullptr;  // true: hash no more, record what is known
  // How far the hashing is. May be called from any thread, never from two at once.
  std::function<void(const Amount&)> progress;
  std::vector<UserRule> rules = {};  // for the classes of paths
  // What was in versions that the job destroyed, finished; null: not known beyond the cache.
  const KeptContents* kept = nullptr;
};

struct RecordedJob {
  AppendedJob appended;
  Job job;
  std::vector<Edge> edges;
  std::uint64_t hashed_files = 0;
  std::uint64_t hashed_bytes = 0;
};

// A random uid for a job: 128 bits as 32 hexadecimal digits.
std::string new_uid();

// Whether people are shown this edge unless they ask for all: data that was read, and everything
// that was written but caches and what lies below the system's temporary directories.
bool is_shown(EdgeRole role, PathClass path_class) noexcept;
bool is_shown(const Edge& edge) noexcept;

// Whether jobs record this variable whatever the project sets: those that change what programs
// compute.
bool is_noted_variable(std::string_view name) noexcept;

// What can be said of a job before its command runs. `started` is now.
Job job_before_start(const Workspace& workspace, const JobDescription& description);

// A job with all that belongs to it, on its way into the store.
struct GatheredJob {
  NewJob next;
  bool ran_roar = false;  // jobs may have run inside it
  std::uint64_t hashed_files = 0;
  std::uint64_t hashed_bytes = 0;
};

// Classifies what was observed and hashes it (through `cache`, the project's, which is closed as
// soon as it has done its work, for its memory). `job` is what was known before the start, and its
// exit; of `description`, code and environment count. Does not touch the store. Files that cannot
// be hashed make the job incomplete, not the call fail.
GatheredJob gather_job(const Workspace& workspace, tracer::Observation observation, Job job,
                       const JobDescription& description, const RecordControl& control,
                       std::unique_ptr<Cache> cache);

// Stores it in one transaction. When it returns, the job is durable; if it throws, the store is as
// it was, and the job may be tried again or put into the spool. A job whose uid is in the store
// already is not stored again: nullopt. `write` runs the transaction, as Store::write does.
using RunWrite = std::function<void(Store&, const std::function<void(WriteTransaction&)>&)>;
std::optional<AppendedJob> append_gathered(const Workspace& workspace, GatheredJob& gathered,
                                           const RunWrite& write);
std::optional<AppendedJob> append_gathered(const Workspace& workspace, GatheredJob& gathered);

// What append_gathered stored, for reporting it.
RecordedJob recorded_job(GatheredJob gathered, const AppendedJob& appended);

}  // namespace roar::plumbing
