#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "objects/hash.h"
#include "objects/job.h"
#include "objects/store.h"
#include "plumbing/config.h"
#include "plumbing/git_state.h"
#include "plumbing/import_spool.h"
#include "plumbing/kept_contents.h"
#include "plumbing/record_job.h"
#include "plumbing/user_hooks.h"
#include "plumbing/workspace.h"
#include "tracer/observe.h"

namespace roar::plumbing {

enum class DirtyPolicy : std::uint8_t { Refuse, Record, Ignore };

inline constexpr std::uint64_t kPatchLimit = kObjectSizeMax;

struct RunRequest {
  JobKind kind = JobKind::Run;
  std::string name;  // of the step; may be empty
  std::vector<std::string> argv;
  std::vector<std::string> add_tags;    // Job::add_tags
  std::vector<std::string> block_tags;  // Job::block_tags
  tracer::Choice tracer = tracer::Choice::Auto;
  bool strict = false;  // tracer::Options::strict
  DirtyPolicy dirty = DirtyPolicy::Refuse;
  std::vector<Algorithm> shown;  // see JobDescription
  std::chrono::milliseconds git_timeout = kGitTimeout;
  std::uint64_t patch_limit = kPatchLimit;    // bytes, of the patch and of the kept code each
  std::uint64_t preimage_limit = kKeptLimit;  // bytes, of a file hashed before it is overwritten
  bool early_hashes = true;                   // of large inputs, while the job runs
  bool unpacked = false;                      // JobDescription::unpacked
  std::vector<UserRule> rules = {};           // for the classes of paths
  std::vector<std::string> composites = {};   // directories, see JobDescription
  HookSettings hooks = {};                    // where the project's hooks are
};

// What became of a command that was started.
struct RunOutcome {
  tracer::ExitState exit;
  std::int64_t command_ns = 0;             // from start to end of the command
  std::int64_t record_ns = 0;              // what we did after it
  std::optional<RecordedJob> recorded;     // none: see `failure`
  std::string failure;                     // why it is not in the store
  bool refused = false;                    // by the hook pre-record: it waits nowhere
  std::vector<std::string> hook_failures;  // of hooks that could refuse nothing any more
  // The file that the job waits in, to be imported by a later command; empty: its record is lost.
  std::filesystem::path spooled;
  SpoolImport imported;  // of jobs that waited
};

// Called by run_job when the command has ended and its record begins.
using CommandEnded = std::function<void(const tracer::Observation&)>;

// Applies the clean-tree policy, runs the command under a tracer, and records it as a job of the
// active session.
//
// Throws Error if the command was not started: Errc::Conflict if the policy refuses, with the fix
// in the message. Throws tracer::NotStarted if it could not be started. Once it ran, nothing is
// thrown: its exit state counts, and what went wrong with the record is in the outcome.
RunOutcome run_job(const Workspace& workspace, const RunRequest& request,
                   const tracer::SignalGuard& signals, const RecordControl& control,
                   const CommandEnded& command_ended);

// The policy that configuration and flag come to: a locked configuration wins over the flag. Throws
// Errc::Usage if the flag asks for what the lock forbids.
DirtyPolicy dirty_policy(const Config& config, bool allow_dirty);

// The digests to show: primary, then `configured`, then `added`; only `only` if that is not empty.
// Each once, in this order. Throws Errc::Usage for a name that is no algorithm of ours.
std::vector<Algorithm> shown_algorithms(const Config& config, std::string_view configured_key,
                                        const std::vector<std::string>& added,
                                        const std::vector<std::string>& only);

}  // namespace roar::plumbing
