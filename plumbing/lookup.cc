#include "plumbing/lookup.h"

#include <exception>
#include <utility>

#include "objects/base/error.h"
#include "objects/session.h"
#include "plumbing/graph/edge_table.h"
#include "plumbing/graph/staleness.h"
#include "plumbing/kept_survey.h"
#include "plumbing/refs/hooked_write.h"

namespace roar::plumbing {
namespace {

std::string session_to_show(const ReadTransaction& transaction) {
  auto session = active_session(transaction);
  if (!session) throw Error(Errc::NotFound, "no active session\nhint: run 'roar init' first");
  return *std::move(session);
}

Found view_of(const ReadTransaction& transaction, const Workspace& workspace,
              const ResolvedName& name, const ListLimits& limits) {
  if (!name.path.empty()) return path_view(transaction, workspace, name, limits.uses);
  switch (name.type) {
    case ObjectType::Job:
      return job_view(transaction, name.id);
    case ObjectType::Artifact:
      return artifact_view(transaction, name.id, limits.uses);
    case ObjectType::Session: {
      const SessionEntry entry = decode_session(transaction.payload(name.id, ObjectType::Session));
      const auto session = session_summary(transaction, entry.session);
      if (entry.job && session && session->head != name.id)
        return job_view(transaction, *entry.job);
      return session_view(transaction, entry.session, limits.jobs);
    }
    default:
      return ObjectView{
          .id = name.id,
          .object = {.type = name.type, .payload = transaction.payload(name.id, name.type)}};
  }
}

}  // namespace

Found look_up(const Store& store, const Workspace& workspace, std::string_view name,
              const ListLimits& limits) {
  Found found;
  store.read([&](const ReadTransaction& transaction) {
    found = view_of(transaction, workspace, resolve(transaction, workspace, name), limits);
  });
  return found;
}

JobSummary summary_of_job(const Store& store, const ObjectId& job) {
  JobSummary summary;
  store.read([&](const ReadTransaction& transaction) { summary = job_summary(transaction, job); });
  return summary;
}

std::optional<JobProcesses> processes_of(const Store& store, const Job& job) {
  std::optional<JobProcesses> processes;
  if (!job.processes) return processes;
  store.read([&](const ReadTransaction& transaction) {
    processes = decode_processes(transaction.payload(*job.processes, ObjectType::Processes));
  });
  return processes;
}

SessionView active_session_view(const Store& store, std::size_t jobs_max) {
  SessionView view;
  store.read([&](const ReadTransaction& transaction) {
    view = session_view(transaction, session_to_show(transaction), jobs_max);
  });
  return view;
}

void for_each_active_job(const Store& store, const std::function<bool(const JobSummary&)>& visit) {
  store.read([&](const ReadTransaction& transaction) {
    for_each_job_summary(transaction, session_to_show(transaction), visit);
  });
}

StatusView active_status_view(const Store& store, const Workspace& workspace,
                              std::size_t steps_max) {
  StatusView view;
  store.read([&](const ReadTransaction& transaction) {
    const std::string session = session_to_show(transaction);
    view =
        status_view(transaction, session, kept_survey(transaction, workspace, session, steps_max));
  });
  return view;
}

std::optional<StatusView> status_for_prompt() noexcept {
  try {
    const auto workspace = find_workspace();
    if (!workspace) return std::nullopt;
    const Store store(workspace->store_directory(), Store::Mode::ReadOnly);
    return active_status_view(store, *workspace, 0);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

Dag active_dag(const Store& store, const Workspace& workspace, const DagQuery& query) {
  Dag dag;
  store.read([&](const ReadTransaction& transaction) {
    EdgeTable edges(transaction);
    dag = dag_of_session(edges, session_to_show(transaction), query);
    find_stale(edges, workspace, dag);
  });
  return dag;
}

StartedSession start_new_session(Store& store, const Workspace& workspace) {
  const Timestamp now = Timestamp::now();
  StartedSession started;
  started.now = new_session_id();
  write_with_hook(store, UserHooks(workspace), [&](WriteTransaction& transaction) {
    started.before = active_session(transaction).value_or("");
    create_session(transaction, started.now, now);
    make_active(transaction, started.now, now);
  });
  return started;
}

}  // namespace roar::plumbing
