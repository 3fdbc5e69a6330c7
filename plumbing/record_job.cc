#include "plumbing/record_job.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "objects/base/error.h"
#include "objects/base/file.h"
#include "objects/base/hex.h"
#include "objects/cache.h"
#include "objects/store.h"
#include "plumbing/debian_packages.h"
#include "plumbing/edge_contents.h"
#include "plumbing/environment.h"
#include "plumbing/nested_jobs.h"
#include "plumbing/observed_edges.h"
#include "plumbing/python_packages.h"
#include "plumbing/redaction.h"

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

std::vector<std::pair<std::string, std::string>> variables(Redactor& redactor) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const char* name : kVariables) {
    const char* value = ::getenv(name);  // NOLINT(concurrency-mt-unsafe): no one sets variables
    if (value != nullptr) result.emplace_back(name, redactor.redact_variable(name, value));
  }
  return result;
}

Tracing tracing_of(const tracer::Observation& observation, const JobDescription& description,
                   Redactor& redactor) {
  Tracing tracing;
  tracing.backend = tracer::backend_name(observation.backend);
  tracing.dropped = observation.dropped;
  tracing.processes = observation.processes.size();
  tracing.temporaries = observation.temporaries;
  tracing.gaps = description.gaps;
  for (const tracer::Gap& gap : observation.gaps) {
    tracing.gaps.push_back(
        {.reason = gap.reason, .program = redactor.redact_path(gap.program), .count = gap.count});
  }
  return tracing;
}

// A version that was read but not hashed is a hole in the record, whatever the tracer saw.
void add_content_gaps(const std::vector<Edge>& edges, Tracing& tracing) {
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

Packages packages_of(const Workspace& workspace, const std::vector<Edge>& edges, Cache& cache) {
  Packages result;
  result.packages = debian_packages(package_files(workspace, edges, true), cache, "/var/lib/dpkg");
  const auto python = python_packages(package_files(workspace, edges, false));
  result.packages.insert(result.packages.end(), python.begin(), python.end());
  return result;
}

std::size_t count_of(const Packages& packages, std::string_view manager) {
  return static_cast<std::size_t>(
      std::ranges::count(packages.packages, manager, &Package::manager));
}

void count_edges(const std::vector<Edge>& edges, Job& job) {
  for (const Edge& edge : edges) {
    if (!is_shown(edge)) continue;
    ++(edge.role == EdgeRole::Input ? job.inputs : job.outputs);
  }
}

Job job_of(const Workspace& workspace, const tracer::Observation& observation,
           const JobDescription& description) {
  Redactor redactor(workspace);
  Job job;
  job.uid = description.uid;
  job.parent_uid = description.parent_uid;
  job.kind = description.kind;
  job.name = description.name;
  job.argv = description.argv;
  job.cwd = redactor.redact_path(stored_path(workspace, workspace.directory.string()));
  job.git = description.git;
  job.started = observation.started;
  job.ended = observation.ended;
  job.exit = {.code = observation.exit.code,
              .signal = observation.exit.signal,
              .interrupted = description.interrupted};
  job.tracing = tracing_of(observation, description, redactor);
  job.variables = variables(redactor);
  for (const Algorithm algorithm : description.shown) {
    job.hashes.emplace_back(algorithm_name(algorithm));
  }
  return job;
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

bool is_shown(const Edge& edge) noexcept {
  switch (edge.role) {
    case EdgeRole::Input:
      return edge.path_class == PathClass::Data;
    case EdgeRole::Output:
      return edge.path_class == PathClass::Data || edge.path_class == PathClass::Code ||
             edge.path_class == PathClass::Package || edge.path_class == PathClass::System;
    case EdgeRole::Absent:
    case EdgeRole::Listed:
      return false;
  }
  return false;
}

RecordedJob record_job(const Workspace& workspace, tracer::Observation observation,
                       const JobDescription& description, const RecordControl& control) {
  NewJob next;
  next.job = job_of(workspace, observation, description);
  const bool nested = ran_roar(observation);
  ::malloc_trim(0);  // what the tracer has left
  ObservedEdges observed = observed_edges(workspace, observation);
  next.job.tracing.credentials = observed.credentials;

  std::optional<Cache> cache(workspace.cache_directory());
  EdgeContents contents = find_contents(observed.edges, description.shown, *cache, control);
  next.artifacts = std::move(contents.artifacts);
  next.digests = std::move(contents.digests);
  next.edges.reserve(observed.edges.size());
  for (ObservedEdge& edge : observed.edges) next.edges.push_back(std::move(edge.edge));
  observed = {};
  // Hundreds of thousands of small strings are gone: their memory is needed for the transaction.
  ::malloc_trim(0);

  Store store(workspace.store_directory(), Store::Mode::ReadWrite);
  if (nested) {
    store.read([&](const ReadTransaction& transaction) {
      add_nested_edges(transaction, description.uid, next.job.started, next.edges);
    });
  }
  add_content_gaps(next.edges, next.job.tracing);
  count_edges(next.edges, next.job);
  const Packages packages = packages_of(workspace, next.edges, *cache);
  cache.reset();
  next.environment_payload = encode(describe_environment());
  if (!packages.packages.empty()) next.packages_payload = encode(packages);

  RecordedJob recorded;
  store.write(
      [&](WriteTransaction& transaction) { recorded.appended = append_job(transaction, next); });
  recorded.job = std::move(next.job);
  recorded.edges = std::move(next.edges);
  recorded.hashed_files = contents.hashed_files;
  recorded.hashed_bytes = contents.hashed_bytes;
  recorded.pip_packages = count_of(packages, "pip");
  recorded.dpkg_packages = count_of(packages, "dpkg");
  return recorded;
}

}  // namespace roar::plumbing
