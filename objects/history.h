#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "objects/artifact.h"
#include "objects/digest_record.h"
#include "objects/edge.h"
#include "objects/job.h"
#include "objects/session.h"
#include "objects/transaction.h"

// Sessions, jobs and steps as one history: appending to it, and the questions that the derived
// indexes answer. The indexes cover what refs reach.

namespace roar {

// --- appending ---------------------------------------------------------------------------------

// Of a composite that a job used.
struct CompositeObject {
  ObjectType type = ObjectType::Node;
  std::string payload;
  // The composite of which the one that this belongs to is a new version, if that is known: it may
  // be stored against that.
  std::optional<ObjectId> earlier = {};
};

// A job with everything that belongs to it, before it has ids.
struct NewJob {
  Job job;  // `edges`, `environment`, `packages` and `processes` are filled in when appended
  std::vector<Edge> edges;  // all groups; `artifact` of those whose content is known is filled in
  std::vector<Artifact> artifacts;    // of the edges; each once
  std::vector<DigestRecord> digests;  // further digests of them
  std::string environment_payload;    // encoded Environment
  std::string packages_payload;       // encoded Packages; empty if there are none
  std::string processes_payload;      // encoded JobProcesses; empty if they are not known
  std::vector<std::string> blobs;     // payloads of the blobs that the job names
  // Nodes and composites that `job.composites` leads to, in order.
  std::vector<CompositeObject> composite_objects = {};
  // Labels that it is to be born with, as Label::document; append_job leaves them to its caller.
  std::vector<std::pair<std::string, std::string>> labels = {};
};

struct AppendedJob {
  ObjectId job;
  std::string session;     // id
  std::uint32_t step = 0;  // in the numbering of the job's kind
  ObjectId entry;          // where the session's ref now is
  ObjectId previous;       // and where it was
};

std::string new_session_id();  // random

// Creates a session, stores its root and makes it the active one (HEAD). Returns its id.
std::string start_session(WriteTransaction& transaction, Timestamp when);

// Stores the job and what belongs to it, appends it to the active session (starting one if there is
// none) at the step it belongs to (decision 15: same name; else same kind, cwd and argv; else, if
// it succeeded, same set of output artifacts; else a new step), moves the session's ref, and
// indexes it.
AppendedJob append_job(WriteTransaction& transaction, const NewJob& job);

// Takes the newest entry off the active session: its ref moves back to the entry before, and the
// job is found no more by step, uid, path or content. Nothing is deleted: the entry and the job
// stay as objects, and the ref's log names them. Throws Errc::Conflict if the newest job is another
// than `expected`, or if there is none.
void pop_job(WriteTransaction& transaction, const ObjectId& expected, Timestamp when);

// The same for a job of a session that need not be the active one, at a step that is known already;
// the session must exist.
AppendedJob append_job_to(WriteTransaction& transaction, const NewJob& job,
                          std::string_view session, std::uint32_t step);

// Creates a session with this id, without making it active. Throws Errc::Conflict if there is one.
void create_session(WriteTransaction& transaction, std::string_view session, Timestamp when);
void make_active(WriteTransaction& transaction, std::string_view session, Timestamp when);

// --- sessions ----------------------------------------------------------------------------------

struct SessionSummary {
  std::string id;
  ObjectId head;  // newest entry
  Timestamp created;
  bool active = false;
};

// Makes a session the active one. Throws Errc::NotFound if there is no such session.
void use_session(WriteTransaction& transaction, std::string_view session, Timestamp when);

std::optional<std::string> active_session(const ReadTransaction& transaction);
std::vector<SessionSummary> sessions(const ReadTransaction& transaction);  // in order of creation
// One of them; nullopt if there is no such session.
std::optional<SessionSummary> session_summary(const ReadTransaction& transaction,
                                              std::string_view session);

// --- jobs and steps ----------------------------------------------------------------------------

// Where a job stands in a session.
struct JobPlace {
  ObjectId job;
  std::string session;
  JobKind kind = JobKind::Run;
  std::uint32_t step = 0;
  std::string step_name;

  bool operator==(const JobPlace&) const = default;
};

Job read_job(const ReadTransaction& transaction, const ObjectId& id);

// Oldest first.
std::vector<JobPlace> jobs_of_session(const ReadTransaction& transaction, std::string_view session);
// All executions of one step, oldest first. Empty if there is no such step.
std::vector<JobPlace> jobs_of_step(const ReadTransaction& transaction, std::string_view session,
                                   JobKind kind, std::uint32_t step);
// The same two, newest first and until `visit` returns false. Each job costs one read of an object,
// so a caller that needs the last few pays for no others.
using JobVisitor = std::function<bool(const JobPlace&)>;
void for_each_job_newest_first(const ReadTransaction& transaction, std::string_view session,
                               const JobVisitor& visit);
void for_each_job_of_step(const ReadTransaction& transaction, std::string_view session,
                          JobKind kind, std::uint32_t step, const JobVisitor& visit);

// What the indexes alone say of a step.
struct StepTip {
  JobKind kind = JobKind::Run;
  std::uint32_t step = 0;
  std::string step_name;
};
// Every step of the session, the one that ran last first. Reads no object, and of each step's
// executions only where the newest stands.
std::vector<StepTip> step_tips(const ReadTransaction& transaction, std::string_view session);

struct StepSurvey {
  std::uint64_t run_steps = 0;
  std::uint64_t build_steps = 0;
  std::vector<StepTip> tips;  // of the steps that ran last, the last first
};
// How many steps the session has, and the `tips_max` tips that step_tips begins with: some tens of
// nanoseconds a step, and no memory for those that are only counted.
StepSurvey survey_steps(const ReadTransaction& transaction, std::string_view session,
                        std::size_t tips_max);

std::vector<JobPlace> places_of_job(const ReadTransaction& transaction, const ObjectId& job);
// The entries of sessions that name the job, oldest first.
std::vector<ObjectId> entries_of_job(const ReadTransaction& transaction, const ObjectId& job);
// Jobs of all sessions from the one that was started last back, until `visit` returns false.
void for_each_job_by_start(const ReadTransaction& transaction,
                           const std::function<bool(const ObjectId&)>& visit);
// Jobs whose uid starts with these hexadecimal digits; `limit` at most.
std::vector<ObjectId> jobs_with_uid(const ReadTransaction& transaction, std::string_view prefix,
                                    std::size_t limit);
// Their uids alone, in order, which costs no read of an object.
std::vector<std::string> job_uids(const ReadTransaction& transaction, std::string_view prefix,
                                  std::size_t limit);
// All groups' edges of a job until `visit` returns false.
void for_each_edge_of(const ReadTransaction& transaction, const Job& job,
                      const std::function<bool(const Edge&)>& visit);

// --- artifacts ---------------------------------------------------------------------------------

// One job's use of an artifact, or of a path.
struct Use {
  ObjectId job;
  EdgeRole role = EdgeRole::Input;
  std::optional<ObjectId> artifact;
  std::string path;
};

Artifact read_artifact(const ReadTransaction& transaction, const ObjectId& id);
// Every job that used the artifact, in one role or in any, oldest first, one Use per path and role.
std::vector<Use> uses_of_artifact(const ReadTransaction& transaction, const ObjectId& artifact,
                                  std::optional<EdgeRole> role = std::nullopt);
// One of the paths at which jobs read or wrote the artifact; nullopt if there is none.
std::optional<std::string> path_of_artifact(const ReadTransaction& transaction,
                                            const ObjectId& artifact);
// All of these paths, in byte order, each once. Reads no object.
std::vector<std::string> paths_of_artifact(const ReadTransaction& transaction,
                                           const ObjectId& artifact);
// Every job that read or wrote the path (as it stands in Edge::path), oldest first.
std::vector<Use> uses_of_path(const ReadTransaction& transaction, std::string_view path);
// The paths that jobs read or wrote and that start with `prefix` (as they stand in Edge::path), in
// byte order, each once. A path that goes on below a further directory is cut after that
// directory's slash. Of more than `limit` the first ones and the very last, so that what all of
// them start with is what the result's start with. Paths beyond 400 bytes are left out.
std::vector<std::string> tracked_paths(const ReadTransaction& transaction, std::string_view prefix,
                                       std::size_t limit);
// Artifacts that have a digest, of any algorithm, BLAKE3 included, that starts with `prefix`:
// hexadecimal digits in either case, or any text if `algorithm` is named, which narrows the search
// to it. `limit` at most.
struct DigestMatch {
  ObjectId artifact;
  std::string algorithm;
  std::string digest;
};
std::vector<DigestMatch> artifacts_with_digest(const ReadTransaction& transaction,
                                               std::string_view algorithm, std::string_view prefix,
                                               std::size_t limit);
// BLAKE3 first, then the others by algorithm.
std::vector<DigestRecord> digests_of(const ReadTransaction& transaction, const ObjectId& artifact);

}  // namespace roar
