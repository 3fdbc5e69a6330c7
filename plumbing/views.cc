#include "plumbing/views.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "objects/base/error.h"
#include "objects/edge_tree.h"
#include "objects/hash_files.h"
#include "objects/label.h"
#include "plumbing/claimed_content.h"
#include "plumbing/composite/used_files.h"
#include "plumbing/record_job.h"
#include "plumbing/use_views.h"

namespace roar::plumbing {
namespace {

std::string short_uid(const ReadTransaction& transaction, const std::string& uid) {
  for (std::size_t length = 8; length < uid.size(); ++length) {
    std::string prefix = uid.substr(0, length);
    if (job_uids(transaction, prefix, 2).size() < 2) return prefix;
  }
  return uid;
}

// The active session's place of a job if it has one there, else its first.
std::optional<JobPlace> best_place(const ReadTransaction& transaction,
                                   const std::vector<JobPlace>& places) {
  if (places.empty()) return std::nullopt;
  const auto active = active_session(transaction);
  const auto here = std::ranges::find_if(
      places, [&](const JobPlace& place) { return active && place.session == *active; });
  return here != places.end() ? *here : places.front();
}

JobSummary summary_of(const ReadTransaction& transaction, const ObjectId& id, const Job& job,
                      const std::vector<JobPlace>& places) {
  JobSummary summary;
  summary.id = id;
  summary.uid = job.uid;
  summary.short_uid = short_uid(transaction, job.uid);
  if (const auto place = best_place(transaction, places)) {
    summary.step = StepReference{.kind = place->kind, .number = place->step};
    summary.step_name = place->step_name;
  }
  summary.kind = job.kind;
  summary.argv = job.argv;
  summary.started = job.started;
  summary.duration_ns = nanoseconds_between(job.started, job.ended);
  summary.exit = job.exit;
  summary.complete = job.tracing.complete;
  return summary;
}

// The digests of the named algorithms, in their order; all of them if no name is given.
std::vector<DigestRecord> shown(std::vector<DigestRecord> digests,
                                const std::vector<std::string>& algorithms) {
  if (algorithms.empty()) return digests;
  std::vector<DigestRecord> result;
  for (const std::string& algorithm : algorithms) {
    const auto digest = std::ranges::find(digests, algorithm, &DigestRecord::algorithm);
    if (digest != digests.end()) result.push_back(*digest);
  }
  return result.empty() ? digests : result;
}

// Two records of one digest are one, whoever said it first.
void add_digests(std::vector<DigestRecord>& digests, std::vector<DigestRecord> more) {
  for (DigestRecord& record : more) {
    const bool is_there = std::ranges::any_of(digests, [&](const DigestRecord& known) {
      return known.algorithm == record.algorithm && known.digest == record.digest;
    });
    if (!is_there) digests.push_back(std::move(record));
  }
}

LabelEntries labels_of(const ReadTransaction& transaction, const ObjectId& target) {
  const auto label = label_of(transaction, target);
  return label ? label->document : LabelEntries();
}

// All but the uses, of artifacts that are one content.
ArtifactView content_view(const ReadTransaction& transaction, const std::vector<ObjectId>& all,
                          std::size_t uses_max) {
  ArtifactView view;
  view.id = all.front();
  view.artifact = read_artifact(transaction, view.id);
  view.labels = labels_of(transaction, view.id);
  for (const ObjectId& one : all) add_digests(view.digests, digests_of(transaction, one));
  const auto order = [](const DigestRecord& digest) {
    return std::tuple(digest.algorithm != "blake3", digest.algorithm, digest.digest);
  };
  std::ranges::sort(view.digests, {}, order);
  if (view.digests.size() > 1 && !is_blake3_asked_for(transaction, all, uses_max))
    std::erase_if(view.digests,
                  [](const DigestRecord& digest) { return digest.algorithm == "blake3"; });
  view.claims.assign(all.begin() + 1, all.end());
  return view;
}

DiskState disk_state(const std::string& path, const Artifact& artifact) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return DiskState::Missing;
  if (!S_ISREG(status.st_mode)) return DiskState::Differs;
  if (static_cast<std::uint64_t>(status.st_size) != artifact.size) return DiskState::Differs;
  const auto algorithm = artifact.is_claimed() ? algorithm_from_name(artifact.claimed_algorithm)
                                               : std::optional(Algorithm::Blake3);
  if (!algorithm) return DiskState::Unknown;
  const std::array algorithms{*algorithm};
  const std::array requests{HashRequest{.path = path, .algorithms = algorithms}};
  const HashResult result = hash_files(requests).front();
  if (result.status != HashResult::Status::Hashed) return DiskState::Unknown;
  const std::string& known = artifact.is_claimed() ? artifact.claimed_digest : artifact.blake3;
  return result.digests.front() == known ? DiskState::Same : DiskState::Differs;
}

SessionSummary require_session(const ReadTransaction& transaction, std::string_view session) {
  auto summary = session_summary(transaction, session);
  if (!summary) throw Error(Errc::NotFound, "there is no session '" + std::string(session) + "'");
  return *std::move(summary);
}

JobSummary summary_at(const ReadTransaction& transaction, const JobPlace& place) {
  return summary_of(transaction, place.job, read_job(transaction, place.job), {place});
}

// What stands at the paths that jobs wrote: of two jobs the one that started later counts.
class CurrentOutputs {
 public:
  explicit CurrentOutputs(const ReadTransaction& transaction) : transaction_(transaction) {}

  void add(const Job& job) {
    for (int group = 0; group < kEdgeGroups; ++group) {
      const auto& root = job.edges.at(static_cast<std::size_t>(group));
      // Jobs of one session mostly share the tree of what they use of the system.
      if (!root || static_cast<EdgeGroup>(group) == EdgeGroup::Unread || barren_.contains(*root))
        continue;
      if (!add_outputs(job, *root)) barren_.insert(*root);
    }
  }

  std::vector<EdgeView> take() && {
    std::vector<EdgeView> outputs;
    outputs.reserve(by_path_.size());
    for (auto& [path, output] : by_path_) outputs.push_back(std::move(output.view));
    return outputs;
  }

 private:
  struct Output {
    Timestamp started;
    EdgeView view;
  };

  // Whether there are any in this tree.
  bool add_outputs(const Job& job, const ObjectId& root) {
    bool any = false;
    for_each_edge(transaction_, root, [&](const Edge& edge) {
      if (edge.role != EdgeRole::Output || !is_shown(edge)) return true;
      any = true;
      const auto [entry, added] = by_path_.try_emplace(edge.path);
      if (added || entry->second.started < job.started) {
        entry->second = {
            .started = job.started,
            .view = {.edge = edge, .digests = shown_digests(transaction_, job, edge.artifact)}};
      }
      return true;
    });
    return any;
  }

  const ReadTransaction& transaction_;
  std::map<std::string, Output> by_path_;
  std::set<ObjectId> barren_;  // trees without outputs
};

// What the job read or wrote below the directory, relative to it; of edges by path.
std::vector<std::string_view> used_below(const std::vector<EdgeView>& edges,
                                         const std::string& directory) {
  const std::string prefix = directory + '/';
  std::vector<std::string_view> paths;
  for (auto view = std::ranges::lower_bound(
           edges, prefix, {}, [](const EdgeView& one) -> const auto& { return one.edge.path; });
       view != edges.end() && view->edge.path.starts_with(prefix); ++view) {
    const Edge& edge = view->edge;
    if (edge.role != EdgeRole::Input && edge.role != EdgeRole::Output) continue;
    const std::string_view path = std::string_view(edge.path).substr(prefix.size());
    if (paths.empty() || paths.back() != path) paths.push_back(path);
  }
  return paths;
}

}  // namespace

std::vector<DigestRecord> shown_digests(const ReadTransaction& transaction, const Job& job,
                                        const std::optional<ObjectId>& artifact) {
  if (!artifact) return {};
  return shown(digests_of(transaction, *artifact), job.hashes);
}

JobSummary job_summary(const ReadTransaction& transaction, const ObjectId& id) {
  return job_summary(transaction, id, read_job(transaction, id));
}

JobSummary job_summary(const ReadTransaction& transaction, const ObjectId& id, const Job& job) {
  return summary_of(transaction, id, job, places_of_job(transaction, id));
}

JobSummary job_summary(const ReadTransaction& transaction, const JobPlace& place, const Job& job) {
  return summary_of(transaction, place.job, job, {place});
}

JobView job_view(const ReadTransaction& transaction, const ObjectId& id) {
  JobView view;
  view.job = read_job(transaction, id);
  view.places = places_of_job(transaction, id);
  view.summary = summary_of(transaction, id, view.job, view.places);
  for_each_edge_of(transaction, view.job, [&](const Edge& edge) {
    view.edges.push_back(
        {.edge = edge, .digests = shown_digests(transaction, view.job, edge.artifact)});
    return true;
  });
  std::ranges::stable_sort(
      view.edges, {}, [](const EdgeView& edge) -> const std::string& { return edge.edge.path; });
  if (view.job.environment) {
    view.environment =
        decode_environment(transaction.payload(*view.job.environment, ObjectType::Environment));
  }
  if (view.job.packages) {
    view.packages = decode_packages(transaction.payload(*view.job.packages, ObjectType::Packages));
  }
  if (view.job.git && view.job.git->patch) {
    view.patch = patch_stat(transaction.payload(*view.job.git->patch, ObjectType::Blob));
  }
  view.labels = labels_of(transaction, id);
  for (const JobComposite& use : view.job.composites) {
    const Composite composite = read_composite(transaction, use.composite);
    const std::uint64_t used = files_used(transaction, composite, used_below(view.edges, use.path));
    view.composites.push_back({.use = use, .composite = composite, .files_used = used});
  }
  return view;
}

ArtifactView artifact_view(const ReadTransaction& transaction, const ObjectId& id,
                           std::size_t uses_max) {
  const std::vector<ObjectId> all = same_content(transaction, id);
  ArtifactView view = content_view(transaction, all, uses_max);
  ShownUses shown = newest_uses(transaction, all, uses_max);
  view.uses = std::move(shown.uses);
  view.cut = shown.cut;
  std::ranges::stable_sort(view.uses, {}, [](const UseView& use) { return use.job.started; });
  return view;
}

PathView path_view(const ReadTransaction& transaction, const Workspace& workspace,
                   const ResolvedName& name, std::size_t uses_max) {
  PathView view;
  view.path = name.path;
  const std::vector<ObjectId> all = same_content(transaction, name.id);
  view.newest = content_view(transaction, all, uses_max);
  ShownUses shown = newest_uses_at(transaction, name.path, all, uses_max);
  view.uses = std::move(shown.uses);
  view.cut = shown.cut;
  view.disk = disk_state(absolute_path(workspace, name.path), view.newest.artifact);
  return view;
}

SessionView session_view(const ReadTransaction& transaction, std::string_view session,
                         std::size_t jobs_max) {
  SessionView view;
  view.summary = require_session(transaction, session);
  const StepSurvey survey = survey_steps(transaction, session, 0);
  view.steps = survey.run_steps + survey.build_steps;
  view.labels = labels_of(transaction, session_root(transaction, session));
  for_each_job_newest_first(transaction, session, [&](const JobPlace& place) {
    view.has_earlier = view.jobs.size() == jobs_max;
    if (!view.has_earlier) view.jobs.push_back(summary_at(transaction, place));
    return !view.has_earlier;
  });
  std::ranges::reverse(view.jobs);
  return view;
}

void for_each_job_summary(const ReadTransaction& transaction, std::string_view session,
                          const std::function<bool(const JobSummary&)>& visit) {
  require_session(transaction, session);
  for_each_job_newest_first(transaction, session, [&](const JobPlace& place) {
    return visit(summary_at(transaction, place));
  });
}

StatusView status_view(const ReadTransaction& transaction, std::string_view session,
                       StepSurvey survey) {
  StatusView view;
  view.summary = require_session(transaction, session);
  for_each_job_newest_first(transaction, session, [&](const JobPlace& place) {
    view.latest = summary_at(transaction, place);
    return false;
  });
  CurrentOutputs outputs(transaction);
  view.run_steps = survey.run_steps;
  view.build_steps = survey.build_steps;
  view.steps_shown = survey.tips.size();
  for (const StepTip& tip : survey.tips) {
    const auto job = read_job_of_step(transaction, session, {.kind = tip.kind, .number = tip.step});
    if (job) outputs.add(*job);
  }
  view.outputs = std::move(outputs).take();
  view.survey = std::move(survey);
  return view;
}

}  // namespace roar::plumbing
