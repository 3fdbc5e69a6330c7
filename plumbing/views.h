#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "objects/composite.h"
#include "objects/environment.h"
#include "objects/history.h"
#include "objects/packages.h"
#include "plumbing/patch_stat.h"
#include "plumbing/resolve.h"
#include "plumbing/steps.h"
#include "plumbing/workspace.h"

// What the store knows about one thing, gathered for showing it.

namespace roar::plumbing {

// A job in one line.
struct JobSummary {
  ObjectId id;
  std::string uid;
  std::string short_uid;              // shortest unique prefix, at least 8 digits
  std::optional<StepReference> step;  // in the active session, else in the one that has it
  std::string step_name;
  JobKind kind = JobKind::Run;
  std::vector<std::string> argv;
  Timestamp started;
  std::int64_t duration_ns = 0;
  JobExit exit;
  bool complete = false;
};

// The document of a target's newest label; empty if it has none.
using LabelEntries = std::vector<std::pair<std::string, std::string>>;

struct EdgeView {
  Edge edge;
  std::vector<DigestRecord> digests;  // those that are shown, in order of preference
};

struct JobCompositeView {
  JobComposite use;
  Composite composite;
  std::uint64_t files_used = 0;  // of Composite::files: that the job read or wrote
};

struct JobView {
  JobSummary summary;
  Job job;
  std::vector<JobPlace> places;
  std::vector<EdgeView> edges;  // by path and role
  std::optional<Environment> environment;
  std::optional<Packages> packages;
  std::optional<PatchStat> patch;  // of Job::git
  std::vector<JobCompositeView> composites;
  LabelEntries labels;
};

struct UseView {
  Use use;
  JobSummary job;
};

// Of which roles older uses were left out.
struct UsesCut {
  bool inputs = false;
  bool outputs = false;

  bool any() const noexcept { return inputs || outputs; }
};

// One content, as whatever artifacts it is known (plumbing/claimed_content).
struct ArtifactView {
  ObjectId id;  // content_of
  Artifact artifact;
  std::vector<ObjectId> claims;       // other artifacts that are this content
  std::vector<DigestRecord> digests;  // those that are shown, in order of preference
  std::vector<UseView> uses;          // the latest in each role, oldest first
  UsesCut cut;                        // of them
  LabelEntries labels;
};

// How the file on disk compares with the newest recorded version.
enum class DiskState : std::uint8_t { Same, Differs, Missing, Unknown };

struct PathView {
  std::string path;           // stored form
  std::vector<UseView> uses;  // the latest, and those that wrote `newest` there; oldest first
  UsesCut cut;                // of them
  ArtifactView newest;        // without uses
  DiskState disk = DiskState::Unknown;
};

struct SessionView {
  SessionSummary summary;
  std::uint64_t steps = 0;
  std::vector<JobSummary> jobs;  // the latest, oldest first
  bool has_earlier = false;      // whether there are jobs before those
  LabelEntries labels;
};

// Where a session stands.
struct StatusView {
  SessionSummary summary;
  std::uint64_t run_steps = 0;
  std::uint64_t build_steps = 0;
  std::optional<JobSummary> latest;
  std::vector<EdgeView> outputs;  // current ones of the steps below, by path
  std::uint64_t steps_shown = 0;  // the ones that ran last
  StepSurvey survey;              // with the tips of those
};

inline constexpr std::size_t kNoLimit = static_cast<std::size_t>(-1);

// The digests that a job's artifacts are shown with, in the order of Job::hashes.
std::vector<DigestRecord> shown_digests(const ReadTransaction& transaction, const Job& job,
                                        const std::optional<ObjectId>& artifact);

JobSummary job_summary(const ReadTransaction& transaction, const ObjectId& id);
// Of a job that was read already; at this place.
JobSummary job_summary(const ReadTransaction& transaction, const ObjectId& id, const Job& job);
JobSummary job_summary(const ReadTransaction& transaction, const JobPlace& place, const Job& job);
JobView job_view(const ReadTransaction& transaction, const ObjectId& id);
// With the latest `uses_max` uses in each role; what is left out costs nothing.
ArtifactView artifact_view(const ReadTransaction& transaction, const ObjectId& id,
                           std::size_t uses_max = kNoLimit);
// The same of a path, in all roles together. Hashes the file on disk if its size alone does not
// tell.
PathView path_view(const ReadTransaction& transaction, const Workspace& workspace,
                   const ResolvedName& name, std::size_t uses_max = kNoLimit);
// With the latest `jobs_max` jobs; what is left out costs nothing. Throws Errc::NotFound if there
// is no such session.
SessionView session_view(const ReadTransaction& transaction, std::string_view session,
                         std::size_t jobs_max = kNoLimit);
// The session's jobs from the newest back until `visit` returns false. Throws as session_view does.
void for_each_job_summary(const ReadTransaction& transaction, std::string_view session,
                          const std::function<bool(const JobSummary&)>& visit);
// With the outputs of the survey's tips. Throws as session_view does.
StatusView status_view(const ReadTransaction& transaction, std::string_view session,
                       StepSurvey survey);

}  // namespace roar::plumbing
