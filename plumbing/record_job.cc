#include "plumbing/record_job.h"

#include <malloc.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/hex.h"
#include "objects/base/variable.h"
#include "objects/cache.h"
#include "objects/json.h"
#include "objects/store.h"
#include "plumbing/composite/find_composites.h"
#include "plumbing/dataset/job_datasets.h"
#include "plumbing/debian_packages.h"
#include "plumbing/edge_contents.h"
#include "plumbing/job_processes.h"
#include "plumbing/labels/recorded_labels.h"
#include "plumbing/nested_jobs.h"
#include "plumbing/observed_edges.h"
#include "plumbing/python_packages.h"
#include "plumbing/read_code.h"
#include "plumbing/redaction.h"
#include "plumbing/tags/propagate.h"
#include "plumbing/unpacked/same_unpacked.h"

namespace roar::plumbing {
namespace {

// Variables that change what programs compute.
constexpr std::array<const char*, 18> kVariables{"CC",
                                                 "CFLAGS",
                                                 "CONDA_DEFAULT_ENV",
                                                 "CUDA_VISIBLE_DEVICES",
                                                 "CXX",
                                                 "CXXFLAGS",
                                                 "LANG",
                                                 "LC_ALL",
                                                 "LDFLAGS",
                                                 "LD_LIBRARY_PATH",
                                                 "MKL_NUM_THREADS",
                                                 "OMP_NUM_THREADS",
                                                 "PATH",
                                                 "PYTHONHASHSEED",
                                                 "PYTHONPATH",
                                                 "SOURCE_DATE_EPOCH",
                                                 "TZ",
                                                 "VIRTUAL_ENV"};

std::vector<std::pair<std::string, std::string>> variables(const JobDescription& description,
                                                           Redactor& redactor) {
  std::map<std::string, std::string> result;
  for (const char* name : kVariables) {
    const char* value = environment_variable(name);
    if (value != nullptr) result[name] = redactor.redact_variable(name, value);
  }
  for (const auto& [name, value] : description.variables)
    result[name] = redactor.redact_variable(name, value);
  return {result.begin(), result.end()};
}

// Whoever can write to the log can have it say any number.
constexpr std::uint64_t kCountMax = json::kIntegerMax;

void add_observed(const tracer::Observation& observation, Redactor& redactor, Tracing& tracing) {
  tracing.backend = tracer::backend_name(observation.backend);
  tracing.dropped = std::min(observation.dropped, kCountMax);
  tracing.processes = observation.processes.size();
  tracing.temporaries = observation.temporaries;
  for (const tracer::Gap& gap : observation.gaps) {
    tracing.gaps.push_back({.reason = gap.reason,
                            .program = redactor.redact_path(gap.program),
                            .count = std::min(gap.count, kCountMax)});
  }
}

// A version that was read but not hashed is a hole in the record, whatever the tracer saw. May be
// called again when there are more edges.
void set_content_gaps(const std::vector<Edge>& edges, Tracing& tracing) {
  std::erase_if(tracing.gaps,
                [](const TracingGap& gap) { return gap.reason.starts_with("content-"); });
  for (const Edge& edge : edges) {
    if (edge.missing.empty() || !edge.via.empty()) continue;
    tracing.gaps.push_back({.reason = "content-" + edge.missing, .program = edge.path, .count = 1});
  }
  std::ranges::sort(tracing.gaps);
  tracing.complete = tracing.gaps.empty() && tracing.dropped == 0;
}

// Files that packages may own: what the job read below system and package directories.
std::vector<std::string> package_files(const Workspace& workspace, const std::vector<Edge>& edges,
                                       bool system_too) {
  std::vector<std::string> files;
  for (const Edge& edge : edges) {
    if (edge.role != EdgeRole::Input) continue;
    const bool package = edge.path_class == PathClass::Package ||
                         edge.path_class == PathClass::Cache;  // compiled Python modules
    const bool system = edge.path_class == PathClass::System;
    if (package || (system && system_too)) files.push_back(absolute_path(workspace, edge.path));
  }
  return files;
}

std::string packages_payload(const Workspace& workspace, const std::vector<Edge>& edges,
                             Cache& cache) {
  Packages result;
  result.packages = debian_packages(package_files(workspace, edges, true), cache, "/var/lib/dpkg");
  const auto python = python_packages(package_files(workspace, edges, false));
  result.packages.insert(result.packages.end(), python.begin(), python.end());
  return result.packages.empty() ? std::string() : encode(result);
}

void count_edges(const std::vector<Edge>& edges, Job& job) {
  job.inputs = 0;
  job.outputs = 0;
  for (const Edge& edge : edges) {
    if (!is_shown(edge)) continue;
    ++(edge.role == EdgeRole::Input ? job.inputs : job.outputs);
  }
}

std::vector<Algorithm> algorithms_of(const Job& job) {
  std::vector<Algorithm> algorithms;
  for (const std::string& name : job.hashes) {
    if (const auto algorithm = algorithm_from_name(name)) algorithms.push_back(*algorithm);
  }
  return algorithms;
}

// What was changed after the job was last seen at work need not be what it wrote.
void withhold_later_contents(Timestamp known_until, ObservedEdges& observed) {
  constexpr std::int64_t kClockTick = 10'000'000;  // ns; of the clock that stamps files
  for (std::size_t i = 0; i < observed.edges.size(); ++i) {
    EdgeSource& source = observed.sources[i];
    if (observed.edges[i].role != EdgeRole::Output) continue;
    if (nanoseconds_between(known_until, source.stamp.changed) <= kClockTick) continue;
    observed.edges[i].missing = "superseded";
    source.in_place = false;
    source.elsewhere.clear();
  }
}

bool ran_roar(const tracer::Observation& observation) {
  const std::string self = link_target("/proc/self/exe");
  return std::ranges::any_of(observation.processes, [&](const tracer::Process& process) {
    return process.executable == self;
  });
}

}  // namespace

std::string new_uid() {
  std::array<std::uint8_t, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw_errno(errno, "read", "random numbers");
  }
  return to_hex(bytes);
}

bool is_shown(EdgeRole role, PathClass path_class) noexcept {
  switch (role) {
    case EdgeRole::Input:
      return path_class == PathClass::Data;
    case EdgeRole::Output:
      return path_class == PathClass::Data || path_class == PathClass::Code ||
             path_class == PathClass::Package || path_class == PathClass::System;
    case EdgeRole::Absent:
    case EdgeRole::Listed:
      return false;
  }
  return false;
}

bool is_shown(const Edge& edge) noexcept {
  return is_shown(edge.role, edge.path_class);
}

bool is_noted_variable(std::string_view name) noexcept {
  return std::ranges::find(kVariables, name) != kVariables.end();
}

Job job_before_start(const Workspace& workspace, const JobDescription& description) {
  Redactor redactor(workspace);
  Job job;
  job.uid = description.uid;
  job.parent_uid = description.parent_uid;
  job.kind = description.kind;
  job.name = description.name;
  job.argv = description.argv;
  job.cwd = redactor.redact_path(stored_path(workspace, workspace.directory.string()));
  job.git = description.git;
  job.started = Timestamp::now();
  job.ended = job.started;
  job.add_tags = description.add_tags;
  job.block_tags = description.block_tags;
  job.tracing.gaps = description.gaps;
  std::ranges::sort(job.tracing.gaps);
  job.variables = variables(description, redactor);
  for (const Algorithm algorithm : description.shown) {
    job.hashes.emplace_back(algorithm_name(algorithm));
  }
  return job;
}

GatheredJob gather_job(const Workspace& workspace, tracer::Observation observation, Job job,
                       const JobDescription& description, const RecordControl& control,
                       std::unique_ptr<Cache> cache) {
  GatheredJob gathered;
  NewJob& next = gathered.next;
  next.job = std::move(job);
  next.job.started = observation.started;
  next.job.ended = observation.ended;
  Redactor redactor(workspace);
  add_observed(observation, redactor, next.job.tracing);
  gathered.ran_roar = ran_roar(observation);
  const std::optional<Timestamp> known_until = observation.known_until;
  ::malloc_trim(0);  // what the tracer has left
  ObservedEdges observed = observed_edges(workspace, observation, control.rules);
  next.processes_payload =
      payload_of(job_processes(workspace, redactor, std::move(observation.processes),
                               std::exchange(observed.uses, {}), next.job.started),
                 next.job.tracing);
  next.job.tracing.credentials = observed.credentials;
  next.job.tracing.ignored = observed.ignored;

  if (known_until) withhold_later_contents(*known_until, observed);

  const auto shown = algorithms_of(next.job);
  EdgeContents contents = find_contents(workspace, observed, shown, *cache, control);
  next.blobs = description.blobs;
  if (description.code_before && next.job.git) {
    check_read_code(workspace, *description.code_before, observed, *next.job.git, next.blobs);
  }
  next.artifacts = std::move(contents.artifacts);
  next.digests = std::move(contents.digests);
  if (description.unpacked)
    std::ranges::move(unpacked_digests(workspace, observed, control.stop),
                      std::back_inserter(next.digests));
  gathered.hashed_files = contents.hashed_files;
  gathered.hashed_bytes = contents.hashed_bytes;
  next.edges = std::move(observed.edges);
  observed = {};
  // Hundreds of thousands of small strings are gone: their memory is needed for the transaction.
  ::malloc_trim(0);
  set_content_gaps(next.edges, next.job.tracing);
  count_edges(next.edges, next.job);
  next.packages_payload = packages_payload(workspace, next.edges, *cache);
  find_composites(workspace, description.composites, *cache, next);
  cache.reset();
  next.environment_payload = description.environment;
  return gathered;
}

std::optional<AppendedJob> append_gathered(const Workspace& workspace, GatheredJob& gathered) {
  return append_gathered(workspace, gathered,
                         [](Store& store, const auto& body) { store.write(body); });
}

std::optional<AppendedJob> append_gathered(const Workspace& workspace, GatheredJob& gathered,
                                           const RunWrite& write) {
  NewJob& next = gathered.next;
  Cache cache(workspace.cache_directory());
  Store store(workspace.store_directory(), Store::Mode::ReadWrite);
  const std::size_t own_edges = next.edges.size();
  if (gathered.ran_roar) {
    store.read([&](const ReadTransaction& transaction) {
      add_nested_edges(transaction, next.job.uid, next.job.started, next.edges);
    });
  }
  if (next.edges.size() != own_edges) {
    set_content_gaps(next.edges, next.job.tracing);
    count_edges(next.edges, next.job);
    next.packages_payload = packages_payload(workspace, next.edges, cache);
  }
  const std::vector<JobDataset> datasets = job_datasets(workspace, store, next);
  const LabelDocument facts = labels_of_datasets(datasets);
  std::optional<AppendedJob> appended;
  write(store, [&](WriteTransaction& transaction) {
    appended.reset();
    if (!jobs_with_uid(transaction, next.job.uid, 1).empty()) return;
    appended = append_job(transaction, next);
    label_recorded_job(transaction, next, *appended, facts);
    label_composites(transaction, next, datasets);
    propagate_tags(transaction, cache, next, *appended);
  });
  return appended;
}

RecordedJob recorded_job(GatheredJob gathered, const AppendedJob& appended) {
  RecordedJob recorded;
  recorded.appended = appended;
  recorded.hashed_files = gathered.hashed_files;
  recorded.hashed_bytes = gathered.hashed_bytes;
  recorded.job = std::move(gathered.next.job);
  recorded.edges = std::move(gathered.next.edges);
  return recorded;
}

}  // namespace roar::plumbing
