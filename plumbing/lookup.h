#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "objects/processes.h"
#include "objects/store.h"
#include "plumbing/dag.h"
#include "plumbing/views.h"
#include "plumbing/workspace.h"

// Questions to a store, each answered from one snapshot.

namespace roar::plumbing {

// An object that has no view of its own: shown as it is stored.
struct ObjectView {
  ObjectId id;
  RawObject object;
};

using Found = std::variant<JobView, PathView, ArtifactView, SessionView, ObjectView>;

// How much of what may be long is gathered: the latest.
struct ListLimits {
  std::size_t jobs = kNoLimit;  // of a session
  std::size_t uses = kNoLimit;  // of an artifact or a path; see views.h
};

// What a name (see resolve.h) stands for. Throws as resolve() does.
Found look_up(const Store& store, const Workspace& workspace, std::string_view name,
              const ListLimits& limits = {});

JobSummary summary_of_job(const Store& store, const ObjectId& job);

// What ran in the job; nullopt if that was not recorded.
std::optional<JobProcesses> processes_of(const Store& store, const Job& job);

// Each throws Errc::NotFound if there is no active session. The limits are those of views.h.
SessionView active_session_view(const Store& store, std::size_t jobs_max);
void for_each_active_job(const Store& store, const std::function<bool(const JobSummary&)>& visit);
StatusView active_status_view(const Store& store, const Workspace& workspace,
                              std::size_t steps_max);
// Without outputs, for the project of the current directory; nullopt wherever that fails.
std::optional<StatusView> status_for_prompt() noexcept;
// With what is stale in it (graph/staleness.h).
Dag active_dag(const Store& store, const Workspace& workspace, const DagQuery& query = {});

struct StartedSession {
  std::string before;  // the session that was active; empty if none was
  std::string now;
};
// Makes a new session the active one. Nothing is lost: the old one stays. The hook
// reference-transaction may refuse: Errc::Conflict.
StartedSession start_new_session(Store& store, const Workspace& workspace);

}  // namespace roar::plumbing
