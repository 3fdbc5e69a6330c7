#include "porcelain/json_views.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <utility>

#include "objects/base/base64.h"
#include "plumbing/dataset/dataset_labels.h"
#include "plumbing/labels/parameters.h"
#include "porcelain/dataset_text.h"
#include "porcelain/git_text.h"
#include "porcelain/label_text.h"
#include "porcelain/stale_text.h"

namespace roar::porcelain {
namespace {

json::Object job_composite_json(const plumbing::JobCompositeView& view) {
  json::Object object{
      {"algorithm", view.composite.algorithm}, {"composite_oid", view.use.composite.hex()},
      {"count", view.composite.count},         {"digest", view.composite.digest},
      {"files", view.composite.files},         {"files_used", view.files_used},
      {"role", role_name(view.use.role)},      {"size", view.composite.size}};
  json::put_bytes(object, "path", view.use.path);
  if (!view.composite.structure.empty()) object.emplace("structure", view.composite.structure);
  return object;
}

json::Array timestamp_json(Timestamp time) {
  return {time.seconds, time.nanoseconds};
}

json::Array words_json(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

// Words that need not be UTF-8: as strings if all are, else all in base64, under another key.
void put_words(json::Object& object, const std::string& name,
               const std::vector<std::string>& words) {
  json::Array plain;
  json::Array encoded;
  bool all_plain = true;
  for (const std::string& word : words) {
    json::Object one;
    json::put_bytes(one, "w", word);
    all_plain = all_plain && one.contains("w");
    plain.emplace_back(word);
    encoded.emplace_back(to_base64(word));
  }
  object.emplace(all_plain ? name : name + "_b64",
                 all_plain ? std::move(plain) : std::move(encoded));
}

json::Array ids_json(const std::vector<ObjectId>& ids) {
  json::Array list;
  for (const ObjectId& id : ids) list.emplace_back(id.hex());
  return list;
}

json::Array evidence_json(std::uint8_t evidence) {
  const auto names = evidence_names(evidence);
  return {names.begin(), names.end()};
}

bool is_hidden(const Edge& edge) noexcept {
  return edge.role != EdgeRole::Output &&
         (edge.path_class == PathClass::System || edge.path_class == PathClass::Package ||
          edge.path_class == PathClass::Internal);
}

// The edges by role, each under its own key, and how many of each class are left out.
void put_edges(json::Object& object, const std::vector<plumbing::EdgeView>& edges, Show show) {
  json::Array inputs;
  json::Array outputs;
  json::Array absent;
  json::Array listed;
  std::map<std::string, std::int64_t, std::less<>> hidden;
  for (const plumbing::EdgeView& view : edges) {
    if (show == Show::Usual && is_hidden(view.edge)) {
      hidden[std::string(class_name(view.edge.path_class))] += 1;
      continue;
    }
    switch (view.edge.role) {
      case EdgeRole::Input:
        inputs.emplace_back(edge_json(view));
        break;
      case EdgeRole::Output:
        outputs.emplace_back(edge_json(view));
        break;
      case EdgeRole::Absent:
        absent.emplace_back(edge_json(view));
        break;
      case EdgeRole::Listed:
        listed.emplace_back(edge_json(view));
        break;
    }
  }
  object.emplace("inputs", std::move(inputs));
  object.emplace("outputs", std::move(outputs));
  object.emplace("absent", std::move(absent));
  object.emplace("listed", std::move(listed));
  json::Object counts;
  for (const auto& [name, count] : hidden) counts.emplace(name, count);
  if (!counts.empty()) object.emplace("hidden", std::move(counts));
}

json::Object exit_json(const JobExit& exit) {
  json::Object object;
  if (exit.unknown) {
    object.emplace("unknown", true);
  } else if (exit.signal != 0) {
    object.emplace("signal", exit.signal);
  } else {
    object.emplace("code", exit.code);
  }
  if (exit.core) object.emplace("core", true);
  if (exit.interrupted) object.emplace("interrupted", true);
  return object;
}

json::Object tracing_json(const Tracing& tracing) {
  json::Array gaps;
  for (const TracingGap& gap : tracing.gaps) {
    json::Object entry{{"reason", gap.reason}, {"count", gap.count}};
    if (!gap.program.empty()) json::put_bytes(entry, "program", gap.program);
    gaps.emplace_back(std::move(entry));
  }
  return {{"backend", tracing.backend},
          {"complete", tracing.complete},
          {"gaps", std::move(gaps)},
          {"dropped", tracing.dropped},
          {"processes", tracing.processes},
          {"temporaries", tracing.temporaries},
          {"credentials", tracing.credentials},
          {"ignored", tracing.ignored}};
}

json::Object environment_json(const Environment& environment) {
  json::Object object{
      {"hostname", environment.hostname},         {"system", environment.system},
      {"release", environment.release},           {"machine", environment.machine},
      {"distribution", environment.distribution}, {"cpu_model", environment.cpu_model},
      {"cpu_count", environment.cpu_count},       {"memory_bytes", environment.memory_bytes}};
  if (!environment.container.empty()) object.emplace("container", environment.container);
  json::Array runtimes;
  for (const auto& [name, version] : environment.runtimes) {
    runtimes.emplace_back(json::Object{{"name", name}, {"version", version}});
  }
  object.emplace("runtimes", std::move(runtimes));
  json::Array gpus;
  for (const std::string& gpu : environment.gpus) gpus.emplace_back(gpu);
  object.emplace("gpus", std::move(gpus));
  return object;
}

json::Array packages_json(const Packages& packages) {
  json::Array list;
  for (const Package& package : packages.packages) {
    json::Object entry{{"manager", package.manager}, {"name", package.name}};
    if (!package.version.empty()) entry.emplace("version", package.version);
    list.emplace_back(std::move(entry));
  }
  return list;
}

json::Array variables_json(const std::vector<std::pair<std::string, std::string>>& variables) {
  json::Array list;
  for (const auto& [name, value] : variables) {
    json::Object entry;
    json::put_bytes(entry, "name", name);
    json::put_bytes(entry, "value", value);
    list.emplace_back(std::move(entry));
  }
  return list;
}

json::Array uses_json(const std::vector<plumbing::UseView>& uses) {
  json::Array list;
  for (const plumbing::UseView& view : uses) {
    json::Object entry{{"role", role_name(view.use.role)}, {"job", job_summary_json(view.job)}};
    json::put_bytes(entry, "path", view.use.path);
    if (view.use.artifact) entry.emplace("artifact_oid", view.use.artifact->hex());
    list.emplace_back(std::move(entry));
  }
  return list;
}

std::string_view disk_name(plumbing::DiskState state) noexcept {
  switch (state) {
    case plumbing::DiskState::Same:
      return "same";
    case plumbing::DiskState::Differs:
      return "differs";
    case plumbing::DiskState::Missing:
      return "missing";
    case plumbing::DiskState::Unknown:
      break;
  }
  return "unknown";
}

}  // namespace

json::Array digests_json(const std::vector<DigestRecord>& digests) {
  json::Array list;
  for (const DigestRecord& digest : digests) {
    json::Object entry{{"algorithm", digest.algorithm}, {"digest", digest.digest}};
    if (digest.origin == DigestOrigin::Claimed) entry.emplace("claimed", true);
    list.emplace_back(std::move(entry));
  }
  return list;
}

json::Object edge_json(const plumbing::EdgeView& view) {
  const Edge& edge = view.edge;
  json::Object object;
  json::put_bytes(object, "path", edge.path);
  if (!edge.spelled.empty()) json::put_bytes(object, "spelled", edge.spelled);
  object.emplace("class", class_name(edge.path_class));
  if (edge.role == EdgeRole::Absent || edge.role == EdgeRole::Listed) return object;
  object.emplace("evidence", evidence_json(edge.evidence));
  object.emplace("size", edge.size);
  object.emplace("hashes", digests_json(view.digests));
  if (edge.artifact) object.emplace("artifact_oid", edge.artifact->hex());
  if (edge.executable) object.emplace("executable", true);
  if (edge.unchanged) object.emplace("unchanged", true);
  if (edge.changed) object.emplace("changed", true);
  if (!edge.missing.empty()) object.emplace("missing", edge.missing);
  if (edge.missing == "preimage") object.emplace("preimage", "not taken");
  if (!edge.via.empty()) object.emplace("via", edge.via);
  return object;
}

json::Object job_summary_json(const plumbing::JobSummary& job) {
  json::Object object{{"job_oid", job.id.hex()},        {"job_uid", job.uid},
                      {"kind", kind_name(job.kind)},    {"started", timestamp_json(job.started)},
                      {"duration_ns", job.duration_ns}, {"exit", exit_json(job.exit)},
                      {"complete", job.complete}};
  put_words(object, "argv", job.argv);
  if (job.step) {
    object.emplace("step", plumbing::step_reference(job.step->kind, job.step->number));
  }
  if (!job.step_name.empty()) object.emplace("step_name", job.step_name);
  return object;
}

json::Object job_json(const plumbing::JobView& view, Show show) {
  const Job& job = view.job;
  json::Object object = job_summary_json(view.summary);
  object.emplace("type", "job");
  json::put_bytes(object, "cwd", job.cwd);
  object.emplace("ended", timestamp_json(job.ended));
  object.emplace("tracing", tracing_json(job.tracing));
  object.emplace("variables", variables_json(job.variables));
  if (!job.parent_uid.empty()) object.emplace("parent_uid", job.parent_uid);
  if (job.git) object.emplace("git", git_json(*job.git, view.patch));
  if (view.environment) object.emplace("environment", environment_json(*view.environment));
  if (view.packages) object.emplace("packages", packages_json(*view.packages));
  if (!view.labels.empty()) object.emplace("labels", labels_json(view.labels));
  if (const auto parameters = plumbing::parameters_of(job.argv); !parameters.empty())
    object.emplace("parameters", parameters_json(parameters));
  if (!job.add_tags.empty()) object.emplace("add_tags", words_json(job.add_tags));
  if (!job.block_tags.empty()) object.emplace("block_tags", words_json(job.block_tags));
  put_edges(object, view.edges, show);
  json::Array composites;
  for (const plumbing::JobCompositeView& one : view.composites)
    composites.emplace_back(job_composite_json(one));
  if (!composites.empty()) object.emplace("composites", std::move(composites));
  if (json::Array datasets = datasets_json(plumbing::datasets_in(view.labels)); !datasets.empty())
    object.emplace("datasets", std::move(datasets));
  return object;
}

json::Object artifact_json(const plumbing::ArtifactView& view) {
  json::Object object{{"type", "artifact"},
                      {"artifact_oid", view.id.hex()},
                      {"size", view.artifact.size},
                      {"hashes", digests_json(view.digests)},
                      {"uses", uses_json(view.uses)}};
  if (view.artifact.is_claimed()) object.emplace("claimed", true);
  if (!view.claims.empty()) object.emplace("claims", ids_json(view.claims));
  if (!view.labels.empty()) object.emplace("labels", labels_json(view.labels));
  if (view.cut.any()) object.emplace("uses_cut", true);
  return object;
}

json::Object path_json(const plumbing::PathView& view) {
  json::Object object = artifact_json(view.newest);
  object["type"] = json::Value("path");
  object["uses"] = json::Value(uses_json(view.uses));
  if (view.cut.any()) object.emplace("uses_cut", true);
  object.emplace("on_disk", disk_name(view.disk));
  json::put_bytes(object, "path", view.path);
  return object;
}

json::Object session_summary_json(const SessionSummary& summary) {
  return {{"type", "session"},
          {"session", summary.id},
          {"head_oid", summary.head.hex()},
          {"created", timestamp_json(summary.created)},
          {"active", summary.active}};
}

json::Object session_json(const plumbing::SessionView& view) {
  json::Array jobs;
  for (const plumbing::JobSummary& job : view.jobs) jobs.emplace_back(job_summary_json(job));
  json::Object object = session_summary_json(view.summary);
  object.emplace("steps", view.steps);
  object.emplace("jobs", std::move(jobs));
  if (!view.labels.empty()) object.emplace("labels", labels_json(view.labels));
  return object;
}

json::Object object_json(const plumbing::ObjectView& view) {
  json::Object object{{"type", type_name(view.object.type)}, {"oid", view.id.hex()}};
  json::put_bytes(object, "payload", view.object.payload);
  return object;
}

void print_json(std::ostream& out, json::Object object) {
  object.emplace("version", kJsonVersion);
  out << json::encode(object) << '\n';
}

void print_json_list(std::ostream& out, json::Object object, std::string_view key,
                     std::size_t count, const std::function<json::Object(std::size_t)>& element) {
  object.emplace("version", kJsonVersion);
  object.emplace(key, json::Array());
  char before = '{';
  for (const auto& [name, value] : object) {
    out << before << '"' << name << "\":";
    before = ',';
    if (name != key) {
      out << json::encode(value);
      continue;
    }
    out << '[';
    for (std::size_t i = 0; i < count && out; ++i)
      out << (i == 0 ? "" : ",") << json::encode(element(i));
    out << ']';
  }
  out << "}\n";
}

}  // namespace roar::porcelain
